import type { GpuCard, GpuOverview } from '../domain/gpu.js';
import { defaultThresholds } from '../domain/sentinel/thresholds.js';
import { whole } from './gpu-line.js';
import { palette } from './palette.js';

/** What the sentinel's rules call hot and full by default is called so here. */
const { gpuHotCelsius: hotCelsius, gpuMemoryShare: fullShare } = defaultThresholds;
/** A desktop on the card moves it by less than this. */
const busyPercent = 5;

export interface GpuHead {
  readonly symbol: string;
  readonly words: string;
  readonly colour: number;
}

/** State and the one figure that matters: what is wrong, else how busy the cards are. */
export function gpuHead({ state, cards: views }: GpuOverview): GpuHead {
  const cards = views.map(({ card }) => card);
  if (cards.length === 0) return emptyHead(state.name);
  const worst = cards.map((card) => [card, faultOf(card)] as const).find(([, fault]) => fault !== undefined);
  if (worst) {
    return { symbol: '⚠️', words: `${nameOf(worst[0], cards)} · ${worst[1]}`, colour: palette.warned };
  }
  const busy = cards.filter(({ usePercent = 0 }) => usePercent >= busyPercent);
  const most = Math.max(...cards.map(({ usePercent = 0 }) => usePercent));
  const figure = cards.some(({ usePercent }) => usePercent !== undefined) ? ` · ${whole(most)} %` : '';
  const colour = busy.length > 0 ? palette.running : palette.waiting;
  const symbol = busy.length > 0 ? '▶️' : '💤';
  if (cards.length === 1) {
    const word = figure === '' ? 'told' : busy.length > 0 ? 'busy' : 'idle';
    return { symbol, words: `GPU ${word}${figure}`, colour };
  }
  return { symbol, words: `${busy.length} of ${cards.length} GPUs busy${figure}`, colour };
}

function emptyHead(state: GpuOverview['state']['name']): GpuHead {
  switch (state) {
    case 'absent':
      return { symbol: '➖', words: 'No GPU to read', colour: palette.waiting };
    case 'looking':
      return { symbol: '⏳', words: 'GPU not read yet', colour: palette.waiting };
    default:
      return { symbol: '⚠️', words: 'GPU does not answer', colour: palette.warned };
  }
}

function nameOf({ index }: GpuCard, cards: readonly GpuCard[]): string {
  return cards.length === 1 ? 'GPU' : `GPU ${index}`;
}

function faultOf({ temperatureCelsius: celsius, usedMiB, totalMiB }: GpuCard): string | undefined {
  if (celsius !== undefined && celsius > hotCelsius) return `hot, ${whole(celsius)} °C`;
  if (usedMiB === undefined || totalMiB === undefined || totalMiB <= 0) return undefined;
  const share = usedMiB / totalMiB;
  return share > fullShare ? `memory full, ${whole(share * 100)} %` : undefined;
}

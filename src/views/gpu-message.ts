import type { GpuCard, GpuCardView, GpuOverview, NamedProgram } from '../domain/gpu.js';
import { buttonRow } from './buttons.js';
import { codeBlock, padEnd, padStart } from './columns.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import { gpuHead } from './gpu-head.js';
import { gib, memoryText, whole } from './gpu-line.js';
import type { MessageBody } from './message.js';
import { meter } from './meter.js';
import { countOf } from './numbers.js';
import { code, plain } from './text.js';

export interface GpuMessageOptions {
  /** PNG of the last hour. */
  readonly chart?: Buffer;
}

const chartName = 'gpu.png';
/** More programs than this on one card are a desktop's. */
const maxPrograms = 6;

/** What the cards of the host do now: state first, then each card with what is on it, the last hour as a picture. */
export function gpuMessage(overview: GpuOverview, { chart }: GpuMessageOptions = {}): MessageBody {
  const { symbol, words, colour } = gpuHead(overview);
  return {
    embeds: [
      buildEmbed({
        title: `${symbol} ${words}`,
        colour,
        sections: [stateText(overview), ...overview.cards.map(cardText)],
        footer: 'Read',
        at: overview.at,
        ...(chart && { picture: chartName }),
      }),
    ],
    components: [buttonRow({ id: actionIds.refreshGpu(), label: 'Refresh', style: 'secondary' })],
    files: chart ? [{ name: chartName, data: chart, description: 'The last hour of the GPUs' }] : [],
    mention: [],
  };
}

/** Why there is nothing, or not all, to see. */
function stateText({ state, cards }: GpuOverview): string | undefined {
  switch (state.name) {
    case 'looking':
      return 'The cards were not read yet. Press Refresh in some seconds.';
    case 'absent':
      return 'This host tells nothing of a GPU: there is no `nvidia-smi`, and no driver of Apple Silicon. Trainings that need none run all the same.';
    case 'failing':
      return lines(
        `Its driver does not answer: ${code(state.why, 300)}`,
        '→ Try `nvidia-smi` on the host. It is asked again by itself.',
      );
    default:
      return cards.length > 0
        ? undefined
        : 'Nothing was heard of the cards lately. They are asked again by themselves.';
  }
}

function cardText({ card, programs, jobIds }: GpuCardView): string {
  return lines(
    `**GPU ${card.index}** ${plain(card.name, 80)}`,
    codeBlock(figureRows(card)),
    ...jobTexts(programs, jobIds),
    ...otherTexts(programs),
    programs.length === 0 && jobIds.length === 0 && 'No program is told on it.',
  );
}

function figureRows(card: GpuCard): string[] {
  const { usePercent, usedMiB, totalMiB, temperatureCelsius, powerWatts, powerLimitWatts } = card;
  const share = usedMiB === undefined || !totalMiB ? undefined : usedMiB / totalMiB;
  const limit = powerLimitWatts === undefined ? '' : `of ${whole(powerLimitWatts)} W`;
  const memory = memoryText(card) ?? '';
  return [
    row('Use', usePercent, '%', usePercent === undefined ? '' : meter(usePercent / 100)),
    share === undefined
      ? row('Memory', undefined, '%', memory)
      : row('Memory', share * 100, '%', meter(share)),
    ...(share === undefined ? [] : [`${padEnd('', 14)}${memory}`]),
    row('Heat', temperatureCelsius, '°C'),
    row('Power', powerWatts, 'W', limit),
  ];
}

/** `Use       97 %  ▰▰▰▰▰▰▰▰▰▱`: 25 columns. */
function row(label: string, value: number | undefined, unit: string, rest = ''): string {
  const shown =
    value === undefined ? (rest === '' ? '  not told' : '') : padStart(`${whole(value)} ${unit}`, 6);
  return `${padEnd(label, 7)}${shown} ${rest}`.trimEnd();
}

/** A job that has the card is named even where the driver names no program (WSL, Apple Silicon). */
function jobTexts(programs: readonly NamedProgram[], jobIds: readonly number[]): string[] {
  const named = new Set(programs.map(({ jobId }) => jobId));
  const ids = [...new Set([...jobIds, ...[...named].filter((id) => id !== undefined)])];
  return ids.map((id) => {
    const own = programs.filter(({ jobId }) => jobId === id);
    const told = own.filter(({ usedMiB }) => usedMiB !== undefined);
    const sum = told.reduce((all, { usedMiB = 0 }) => all + usedMiB, 0);
    const holds = told.length === 0 ? 'has this card' : `holds ${gib(sum)} GiB`;
    return `▶️ **Job ${id}** ${holds}${own.length > 1 ? ` in ${countOf(own.length, 'program')}` : ''}`;
  });
}

function otherTexts(programs: readonly NamedProgram[]): string[] {
  const others = programs.filter(({ jobId }) => jobId === undefined);
  const shown = others.slice(0, maxPrograms).map(({ pid, name, usedMiB }) => {
    const held = usedMiB === undefined ? '' : `, ${gib(usedMiB)} GiB`;
    return `• ${code(name.split('/').at(-1) || name, 60)} (pid ${pid})${held}`;
  });
  const left = others.length - shown.length;
  return left > 0 ? [...shown, `and ${countOf(left, 'other program')}`] : shown;
}

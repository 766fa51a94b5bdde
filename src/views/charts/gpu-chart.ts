import type { ChartPanel, ChartSeries, ChartSpec, Curve } from '../../domain/chart.js';
import type { GpuCard, GpuCardView, GpuOverview, GpuSample } from '../../domain/gpu.js';
import { cleanLine, truncate } from '../text.js';
import { isDrawable } from './curve-shape.js';

const widthPx = 800;
const heightPx = 560;
const minuteMs = 60_000;
const hourMinutes = 60;
const spans = [5, 10, 20, 30, hourMinutes] as const;
/** Samples further apart than this, in minutes, have a gap between them: nothing was read. */
const gapMinutes = 1.5;
/** More lines than this in a panel cannot be told apart on a phone. */
const maxCards = 4;
const mibPerGib = 1024;

type Measure = (sample: GpuSample, card: GpuCard) => number | undefined;

/** The last hour: use above, below it memory and heat of one card, or the memory of several. Undefined: nothing to draw. */
export function gpuChart({ cards, at }: GpuOverview): ChartSpec | undefined {
  const shown = cards.slice(0, maxCards);
  const panels = [usePanel(shown, at), shown.length === 1 ? onePanel(shown, at) : memoryPanel(shown, at)];
  const drawn = panels.filter((panel) => panel !== undefined);
  if (drawn.length === 0) return undefined;
  const minutes = minutesOf(shown, at);
  const [first] = shown;
  const name = shown.length === 1 && first ? cleanLine(first.card.name) : 'GPUs';
  const span = minutes === hourMinutes ? 'the last hour' : `the last ${minutes} minutes`;
  return {
    widthPx,
    heightPx: drawn.length === 1 ? heightPx / 2 + 100 : heightPx,
    title: `${truncate(name, 40)} · ${span}`,
    x: { label: 'minutes from now', scale: 'linear', min: -minutes, max: 0 },
    panels: drawn,
  };
}

/** As much of the hour as was read, by steps: the first minutes would else be a line at the edge. */
function minutesOf(cards: readonly GpuCardView[], at: number): number {
  const oldest = Math.min(at, ...cards.flatMap(({ history }) => history[0]?.at ?? at));
  return spans.find((minutes) => (at - oldest) / minuteMs <= minutes) ?? hourMinutes;
}

function usePanel(cards: readonly GpuCardView[], at: number): ChartPanel | undefined {
  return percentPanel('Use', cards, at, ({ usePercent }) => usePercent);
}

function memoryPanel(cards: readonly GpuCardView[], at: number): ChartPanel | undefined {
  return percentPanel('Memory', cards, at, ({ usedMiB }, { totalMiB }) =>
    usedMiB === undefined || totalMiB === undefined || totalMiB <= 0 ? undefined : (usedMiB / totalMiB) * 100,
  );
}

/** One line a card, all from 0 to 100 %. */
function percentPanel(
  label: string,
  cards: readonly GpuCardView[],
  at: number,
  measure: Measure,
): ChartPanel | undefined {
  const series = cards.flatMap((view, index) => {
    const name = cards.length === 1 ? label : `GPU ${view.card.index}`;
    return seriesOf(name, '%', index, 'left', pointsOf(view, at, measure));
  });
  if (series.length === 0) return undefined;
  return { left: { label, unit: '%', scale: 'linear', min: 0, max: 100 }, series };
}

/** Memory on the left, as much as there is; heat on the right. */
function onePanel([view]: readonly GpuCardView[], at: number): ChartPanel | undefined {
  if (!view) return undefined;
  const { card } = view;
  const memory = pointsOf(view, at, ({ usedMiB }) => usedMiB && usedMiB / mibPerGib);
  const heat = pointsOf(view, at, ({ temperatureCelsius }) => temperatureCelsius);
  const left = seriesOf('Memory', 'GiB', 1, 'left', memory);
  const right = seriesOf('Heat', '°C', 3, left.length > 0 ? 'right' : 'left', heat);
  const heatAxis = { label: 'Heat', unit: '°C', scale: 'linear', min: 20, max: 100 } as const;
  if (left.length + right.length === 0) return undefined;
  if (left.length === 0) return { left: heatAxis, series: right };
  const most = card.totalMiB === undefined ? {} : { max: card.totalMiB / mibPerGib };
  return {
    left: { label: 'Memory', unit: 'GiB', scale: 'linear', min: 0, ...most },
    ...(right.length > 0 && { right: heatAxis }),
    series: [...left, ...right],
  };
}

/** With a gap where nothing was read for a while. */
function pointsOf({ card, history }: GpuCardView, at: number, measure: Measure): Curve['points'] {
  const points: [number, number][] = [];
  for (const sample of history) {
    const x = Math.max(-hourMinutes, (sample.at - at) / minuteMs);
    const before = points.at(-1)?.[0];
    if (before !== undefined && x - before > gapMinutes) points.push([before + gapMinutes / 2, Number.NaN]);
    points.push([x, measure(sample, card) ?? Number.NaN]);
  }
  return points;
}

function seriesOf(
  label: string,
  unit: string,
  colour: number,
  axis: ChartSeries['axis'],
  points: Curve['points'],
): ChartSeries[] {
  if (!isDrawable({ key: label, label, points })) return [];
  const last = points.at(-1)?.[1] ?? Number.NaN;
  const value = Number.isFinite(last) ? { value: `${Number(last.toFixed(1))} ${unit}` } : {};
  return [{ label, ...value, colour, axis, points }];
}

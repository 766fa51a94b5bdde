import type { ChartAxis, ChartPanel, ChartSeries, ChartSpec } from '../../domain/chart.js';

export interface Range {
  readonly min: number;
  readonly max: number;
}

/** Beyond these, differences and logarithms leave what a double holds. */
const largest = 1e300;
const smallest = 1e-300;
/** An axis spans at least this part of its values, unless all are one: ticks closer together need too many digits. */
const leastSpan = 2e-3;
/** Room above and below the values on a log axis, as a factor. */
const logMargin = 1.25;

/** A value as it can be drawn: NaN is a gap. */
function drawable(value: number): number {
  return Math.abs(value) <= largest ? value : Number.NaN;
}

/** The first and the last x of all series of all panels. */
export function xRange({ x, panels }: ChartSpec): Range {
  let min = Infinity;
  let max = -Infinity;
  for (const { points } of panels.flatMap((panel) => panel.series)) {
    for (const [at] of points) {
      min = Math.min(min, at);
      max = Math.max(max, at);
    }
  }
  const range = { min: x.min ?? min, max: x.max ?? max };
  if (!(Math.abs(range.max - range.min) <= largest)) throw new RangeError('The chart has no finite x range');
  return range.min < range.max ? range : { min: range.min - 1, max: range.max + 1 };
}

/** What the axis of a panel spans; a chart's nice ticks may widen a linear one. */
export function yRange(panel: ChartPanel, side: ChartSeries['axis'], axis: ChartAxis): Range {
  const values = panel.series
    .filter((series) => series.axis === side)
    .flatMap(({ points }) => points.map(([, value]) => drawable(value)))
    .filter((value) => !Number.isNaN(value));
  if (side === 'left') values.push(...(panel.levels ?? []).map(({ y }) => y));
  return axis.scale === 'log' ? logRange(values, axis) : linearRange(values, axis);
}

function linearRange(values: readonly number[], axis: ChartAxis): Range {
  const { min, max } = extent(values) ?? { min: 0, max: 1 };
  const size = Math.max(Math.abs(min), Math.abs(max));
  const missing = Math.max(0, leastSpan * size - (max - min)) / 2;
  const room = min === max ? size / 5 || 1 : missing;
  return { min: axis.min ?? min - room, max: axis.max ?? max + room };
}

function logRange(values: readonly number[], axis: ChartAxis): Range {
  const { min, max } = extent(values.filter((value) => value >= smallest)) ?? { min: 0.1, max: 1 };
  return { min: axis.min ?? min / logMargin, max: axis.max ?? max * logMargin };
}

function extent(values: readonly number[]): Range | undefined {
  if (values.length === 0) return undefined;
  return values.reduce(
    (range, value) => ({ min: Math.min(range.min, value), max: Math.max(range.max, value) }),
    { min: Infinity, max: -Infinity },
  );
}

export interface PlotPoint {
  readonly x: number;
  readonly y: number;
}

/** The points of a series as they are drawn: gaps as NaN, all others on the axis. */
export function plotPoints({ points }: ChartSeries, axis: ChartAxis, range: Range): PlotPoint[] {
  return points.map(([x, value]): PlotPoint => {
    const y = drawable(value);
    return { x, y: axis.scale === 'log' && y < range.min ? range.min : y };
  });
}

/** Radii of the dots: a point without neighbours would not be seen as a line; few points are shown as what they are. */
export function dotRadii(points: readonly PlotPoint[]): number[] {
  const sparse = points.length <= 24;
  return points.map((_, index) => {
    const alone = Number.isNaN(points[index - 1]?.y ?? NaN) && Number.isNaN(points[index + 1]?.y ?? NaN);
    return alone || sparse ? 5 : 0;
  });
}

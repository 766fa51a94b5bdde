import type { ChartAxis, ChartBand, ChartMark, Curve } from '../../domain/chart.js';
import { formatFigure, shortFigure } from '../numbers.js';

/** A log axis pays where the values span more than this factor. */
const logFactor = 100;
/** Lines for faults beyond this number hide the curve. */
const maxFaults = 8;

/** The values that can be drawn, by ascending step. */
export function finiteValues(points: Curve['points']): number[] {
  return points.map(([, value]) => value).filter((value) => Number.isFinite(value));
}

/** Whether there is a line to draw: two finite points. */
export function isDrawable({ points }: Curve): boolean {
  return finiteValues(points).length >= 2;
}

/** Log where the values span more than two decades and none is negative; zeros lie on the edge. */
export function scaleFor(curves: readonly Curve[]): ChartAxis['scale'] {
  const values = curves.flatMap(({ points }) => finiteValues(points));
  if (values.some((value) => value < 0)) return 'linear';
  const above = values.filter((value) => value > 0);
  const least = above.reduce((least, value) => Math.min(least, value), Infinity);
  const most = above.reduce((most, value) => Math.max(most, value), 0);
  return most / least > logFactor ? 'log' : 'linear';
}

/** What the legend says of a curve: its last value, `NaN` where that is what it came to. */
export function lastValue({ points }: Curve): string {
  return shortFigure(points.at(-1)?.[1] ?? Number.NaN);
}

interface Gap {
  readonly from: number;
  to: number;
  readonly value: number;
}

/** The stretches whose values are not finite, each with its first value. */
function gapsOf({ points }: Curve): Gap[] {
  const gaps: Gap[] = [];
  let open: Gap | undefined;
  for (const [step, value] of points) {
    if (Number.isFinite(value)) open = undefined;
    else if (open) open.to = step;
    else gaps.push((open = { from: step, to: step, value }));
  }
  return gaps;
}

/** A line where a curve stops being finite, and a shade for as long as it is so. The same stretch is told once. */
export function faultsOf(curves: readonly Curve[]): { marks: ChartMark[]; bands: ChartBand[] } {
  const gaps = new Map<number, Gap>();
  for (const gap of curves.flatMap(gapsOf)) {
    const known = gaps.get(gap.from);
    if (!known || known.to < gap.to) gaps.set(gap.from, gap);
  }
  const first = [...gaps.values()].sort((a, b) => a.from - b.from).slice(0, maxFaults);
  return {
    marks: first.map(({ from, value }) => ({ kind: 'fault', x: from, label: formatFigure(value) })),
    bands: first.filter(({ from, to }) => to > from).map(({ from, to }) => ({ from, to })),
  };
}

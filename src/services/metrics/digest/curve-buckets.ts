import type { Curve } from '../../../domain/chart.js';

/**
 * Buckets a curve has at most; they hold its lowest and its highest point each, so a curve of 800 points is chosen from
 * 1600 to 3200. Jeroen Van Der Donckt et al., "MinMaxLTTB: Leveraging MinMax-Preselection to Scale LTTB" (2023), find twice to four
 * times as many enough for a picture that looks the same.
 */
export const maxBuckets = 1600;

/** Steps of a bucket whose values are not finite: each logged one from `from` to `to`, or at least these two. */
interface Break {
  from: number;
  to: number;
  /** The first of those values. */
  value: number;
}

/** What is kept of a curve, per bucket of steps. Where there is no point the step is -1. */
export interface CurveBuckets {
  readonly minSteps: Float64Array;
  readonly minValues: Float64Array;
  readonly maxSteps: Float64Array;
  readonly maxValues: Float64Array;
  readonly breaks: Map<number, Break>;
}

export function createBuckets(): CurveBuckets {
  return {
    minSteps: new Float64Array(maxBuckets).fill(-1),
    minValues: new Float64Array(maxBuckets),
    maxSteps: new Float64Array(maxBuckets).fill(-1),
    maxValues: new Float64Array(maxBuckets),
    breaks: new Map(),
  };
}

/** Adds a point. Of equal values the earlier point stays. */
export function addPoint(buckets: CurveBuckets, bucket: number, step: number, value: number): void {
  if (!Number.isFinite(value)) {
    addBreak(buckets, bucket, { from: step, to: step, value });
    return;
  }
  const { minSteps, minValues, maxSteps, maxValues } = buckets;
  if (minSteps[bucket] === -1 || value < (minValues[bucket] ?? 0)) {
    minSteps[bucket] = step;
    minValues[bucket] = value;
  }
  if (maxSteps[bucket] === -1 || value > (maxValues[bucket] ?? 0)) {
    maxSteps[bucket] = step;
    maxValues[bucket] = value;
  }
}

function addBreak({ breaks }: CurveBuckets, bucket: number, added: Break): void {
  const found = breaks.get(bucket);
  if (!found) breaks.set(bucket, { ...added });
  else {
    if (added.from < found.from) found.value = added.value;
    found.from = Math.min(found.from, added.from);
    found.to = Math.max(found.to, added.to);
  }
}

/**
 * Takes back what an older entry said of a step. A bucket that loses its lowest or highest point keeps the other: all that is
 * kept is true, and once a newer log has passed the whole bucket nothing of the older is left in it.
 */
export function forgetStep(buckets: CurveBuckets, bucket: number, step: number): void {
  const { minSteps, minValues, maxSteps, maxValues, breaks } = buckets;
  const lowest = minSteps[bucket] === step;
  const highest = maxSteps[bucket] === step;
  if (lowest && highest) {
    minSteps[bucket] = maxSteps[bucket] = -1;
  } else if (lowest) {
    minSteps[bucket] = maxSteps[bucket] ?? -1;
    minValues[bucket] = maxValues[bucket] ?? 0;
  } else if (highest) {
    maxSteps[bucket] = minSteps[bucket] ?? -1;
    maxValues[bucket] = minValues[bucket] ?? 0;
  }
  const found = breaks.get(bucket);
  if (!found || step < found.from || step > found.to) return;
  if (found.to === step && found.from === step) breaks.delete(bucket);
  else if (found.to === step) found.to = found.from;
  else if (found.from === step) found.from = found.to;
}

/** Makes one bucket of each `factor` (a power of two). */
export function widenBuckets(buckets: CurveBuckets, factor: number): void {
  const before = { ...createBuckets(), breaks: new Map(buckets.breaks) };
  for (const key of bucketArrays) before[key].set(buckets[key]);
  buckets.minSteps.fill(-1);
  buckets.maxSteps.fill(-1);
  buckets.breaks.clear();
  absorbBuckets(buckets, before, (bucket) => Math.floor(bucket / factor));
}

const bucketArrays = ['minSteps', 'minValues', 'maxSteps', 'maxValues'] as const;

/** Adds all points of another curve; `place` says in which bucket one of its buckets lies here. */
export function absorbBuckets(
  buckets: CurveBuckets,
  other: CurveBuckets,
  place: (bucket: number) => number = (bucket) => bucket,
): void {
  for (let bucket = 0; bucket < maxBuckets; bucket += 1) {
    const low = other.minSteps[bucket] ?? -1;
    const high = other.maxSteps[bucket] ?? -1;
    if (low === -1) continue;
    const into = place(bucket);
    // In the order of the steps, since of equal values the first stays.
    if (low <= high) addPoint(buckets, into, low, other.minValues[bucket] ?? 0);
    addPoint(buckets, into, high, other.maxValues[bucket] ?? 0);
    if (low > high) addPoint(buckets, into, low, other.minValues[bucket] ?? 0);
  }
  for (const [bucket, found] of other.breaks) addBreak(buckets, place(bucket), found);
}

/** The points that are kept, by ascending step. */
export function pointsOf(buckets: CurveBuckets): Curve['points'] {
  const points: (readonly [number, number])[] = [];
  for (let bucket = 0; bucket < maxBuckets; bucket += 1) {
    const low = buckets.minSteps[bucket] ?? -1;
    const high = buckets.maxSteps[bucket] ?? -1;
    const found = buckets.breaks.get(bucket);
    const own: (readonly [number, number])[] = [];
    if (low !== -1) own.push([low, buckets.minValues[bucket] ?? 0]);
    if (high !== -1 && high !== low) own.push([high, buckets.maxValues[bucket] ?? 0]);
    if (found) own.push([found.from, found.value]);
    points.push(...(own.length > 1 ? own.sort((a, b) => a[0] - b[0]) : own));
  }
  return points;
}

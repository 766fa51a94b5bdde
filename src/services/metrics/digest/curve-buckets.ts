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

/** Makes one bucket of each `factor` (a power of two) of the first `used`; those behind are empty. */
export function widenBuckets(buckets: CurveBuckets, factor: number, used: number): void {
  const { minSteps, minValues, maxSteps, maxValues } = buckets;
  for (let into = 0; into * factor < used; into += 1) {
    const first = into * factor;
    let low = first;
    let high = first;
    // Of equal values the earlier point stays.
    for (let at = first + 1; at < first + factor && at < used; at += 1) {
      if (minSteps[at] === -1) continue;
      if (minSteps[low] === -1 || (minValues[at] ?? 0) < (minValues[low] ?? 0)) low = at;
      if (maxSteps[high] === -1 || (maxValues[at] ?? 0) > (maxValues[high] ?? 0)) high = at;
    }
    minSteps[into] = minSteps[low] ?? -1;
    minValues[into] = minValues[low] ?? 0;
    maxSteps[into] = maxSteps[high] ?? -1;
    maxValues[into] = maxValues[high] ?? 0;
  }
  const kept = Math.ceil(used / factor);
  minSteps.fill(-1, kept, used);
  maxSteps.fill(-1, kept, used);
  const breaks = [...buckets.breaks];
  buckets.breaks.clear();
  for (const [bucket, found] of breaks) addBreak(buckets, Math.floor(bucket / factor), found);
}

/** Adds the points of a curve of the same width whose steps all lie behind those of `buckets`; `last`: the last bucket that may have some. */
export function absorbBuckets(buckets: CurveBuckets, next: CurveBuckets, last: number): void {
  if (last >= 0) {
    const { minSteps, minValues, maxSteps, maxValues } = next;
    const points = [
      [minSteps[last] ?? -1, minValues[last] ?? 0],
      [maxSteps[last] ?? -1, maxValues[last] ?? 0],
    ] as const;
    for (const [step, value] of points.toSorted((a, b) => a[0] - b[0])) {
      if (step !== -1) addPoint(buckets, last, step, value);
    }
  }
  for (const key of ['minSteps', 'minValues', 'maxSteps', 'maxValues'] as const) {
    buckets[key].set(next[key].subarray(last + 1), last + 1);
  }
  for (const [bucket, found] of next.breaks) addBreak(buckets, bucket, found);
}

/** The points that are kept, by ascending step. */
export function pointsOf(buckets: CurveBuckets): Curve['points'] {
  const { minSteps, minValues, maxSteps, maxValues, breaks } = buckets;
  const points: (readonly [number, number])[] = [];
  for (let bucket = 0; bucket < maxBuckets; bucket += 1) {
    const low = minSteps[bucket] ?? -1;
    const high = maxSteps[bucket] ?? -1;
    if (low !== -1 && low <= high) points.push([low, minValues[bucket] ?? 0]);
    if (high !== -1 && high !== low) points.push([high, maxValues[bucket] ?? 0]);
    if (low > high) points.push([low, minValues[bucket] ?? 0]);
  }
  for (const { from, value } of breaks.values()) points.push([from, value]);
  return breaks.size > 0 ? points.sort((a, b) => a[0] - b[0]) : points;
}

/** A point of a curve; the value may be NaN or infinite. */
type Point = readonly [x: number, y: number];

/**
 * Chooses at most `threshold` (2 or more) points of a curve, in order, so that it looks the same: the first, the last and
 * one of each of `threshold - 2` buckets of equal count, which spans the largest triangle with the point chosen before it
 * and the mean of the next bucket. Sveinn Steinarsson, "Downsampling Time Series for Visual Representation" (2013),
 * Largest-Triangle-Three-Buckets.
 *
 * Values that are not finite are gaps. A bucket in which one lies gives the first of them, unless the bucket before
 * already gave one and finite points are there too; they take no part in areas and means.
 */
export function downsampleLttb(points: readonly Point[], threshold: number): readonly Point[] {
  if (!(threshold >= 2)) throw new RangeError(`A curve needs 2 points or more, not ${threshold}`);
  const first = points[0];
  const last = points.at(-1);
  if (points.length <= threshold || !first || !last) return points;

  const buckets = Math.floor(threshold) - 2;
  const perBucket = (points.length - 2) / buckets;
  /** Where bucket `index` begins; the one after the last bucket is the last point alone. */
  const startOf = (index: number) =>
    index > buckets
      ? points.length
      : index === buckets
        ? points.length - 1
        : 1 + Math.floor(index * perBucket);

  const whole = findFinite(points, 0, points.length, false) === -1;
  const chosen: Point[] = [first];
  let before = first;
  for (let index = 0; index < buckets; index += 1) {
    const from = startOf(index);
    const to = startOf(index + 1);
    const nextTo = startOf(index + 2);
    // Where areas are too large to be finite none is the largest: the first point of the bucket stands in.
    const picked = whole
      ? (largestTriangle(points, from, to, before, meanOfAll(points, to, nextTo)) ?? points[from])
      : choose(points, from, to, before, nextTo);
    before = picked ?? before;
    chosen.push(before);
  }
  chosen.push(last);
  return chosen;
}

/**
 * The point of the bucket from `from` to `to`, which holds at least one, since there are more points than buckets. By places in the whole
 * curve, without a list for each bucket: messages wait for it.
 */
function choose(
  points: readonly Point[],
  from: number,
  to: number,
  before: Point,
  nextTo: number,
): Point | undefined {
  const firstFinite = points[findFinite(points, from, to, true)];
  const gap = points[findFinite(points, from, to, false)];
  const afterGap = !Number.isFinite(before[1]);
  if (!firstFinite || (gap && !afterGap)) return gap;
  // Beside a gap there is nothing to span a triangle with: the ends of the bucket stand in.
  const left = afterGap ? firstFinite : before;
  const right = meanOf(points, to, nextTo) ?? lastFinite(points, from, to) ?? firstFinite;
  return largestTriangle(points, from, to, left, right) ?? firstFinite;
}

/** The first place with a finite value, or with one that is not; -1 where there is none. */
function findFinite(points: readonly Point[], from: number, to: number, finite: boolean): number {
  for (let index = from; index < to; index += 1) {
    if (Number.isFinite(points[index]?.[1]) === finite) return index;
  }
  return -1;
}

function lastFinite(points: readonly Point[], from: number, to: number): Point | undefined {
  for (let index = to - 1; index >= from; index -= 1) {
    const point = points[index];
    if (point && Number.isFinite(point[1])) return point;
  }
  return undefined;
}

/** Of points that are all finite. Each is divided before it is added: the sum of large ones need not be finite. */
function meanOfAll(points: readonly Point[], from: number, to: number): Point {
  const count = to - from;
  let x = 0;
  let y = 0;
  for (let index = from; index < to; index += 1) {
    x += (points[index]?.[0] ?? 0) / count;
    y += (points[index]?.[1] ?? 0) / count;
  }
  return [x, y];
}

/** Of the finite points. */
function meanOf(points: readonly Point[], from: number, to: number): Point | undefined {
  let count = 0;
  for (let index = from; index < to; index += 1) if (Number.isFinite(points[index]?.[1])) count += 1;
  if (count === 0) return undefined;
  let x = 0;
  let y = 0;
  for (let index = from; index < to; index += 1) {
    const point = points[index];
    if (!point || !Number.isFinite(point[1])) continue;
    x += point[0] / count;
    y += point[1] / count;
  }
  return [x, y];
}

function largestTriangle(
  points: readonly Point[],
  from: number,
  to: number,
  left: Point,
  right: Point,
): Point | undefined {
  let best: Point | undefined;
  let bestArea = -1;
  for (let index = from; index < to; index += 1) {
    const point = points[index];
    if (!point || !Number.isFinite(point[1])) continue;
    const area = Math.abs(
      (left[0] - right[0]) * (point[1] - left[1]) - (left[0] - point[0]) * (right[1] - left[1]),
    );
    if (area > bestArea) {
      best = point;
      bestArea = area;
    }
  }
  return best;
}

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
  const startOf = (index: number) => (index > buckets ? points.length : 1 + Math.floor(index * perBucket));
  const bucketAt = (index: number) => points.slice(startOf(index), startOf(index + 1));

  const chosen: Point[] = [first];
  let bucket = bucketAt(0);
  for (let index = 0; index < buckets; index += 1) {
    const next = index + 1 < buckets ? bucketAt(index + 1) : [last];
    chosen.push(choose(bucket, chosen.at(-1) ?? first, next));
    bucket = next;
  }
  chosen.push(last);
  return chosen;
}

const isFinitePoint = ([, y]: Point) => Number.isFinite(y);

/** `bucket` holds at least one point, since there are more points than buckets. */
function choose(bucket: readonly Point[], before: Point, next: readonly Point[]): Point {
  const finite = bucket.filter(isFinitePoint);
  const gap = bucket.find((point) => !isFinitePoint(point));
  const firstFinite = finite[0];
  if (!firstFinite || (gap && isFinitePoint(before))) return gap ?? before;
  // Beside a gap there is nothing to span a triangle with: the ends of the bucket stand in.
  const left = isFinitePoint(before) ? before : firstFinite;
  const right = meanOf(next.filter(isFinitePoint)) ?? finite.at(-1) ?? firstFinite;
  return largestTriangle(finite, left, right) ?? firstFinite;
}

function meanOf(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined;
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0] / points.length;
    y += point[1] / points.length;
  }
  return [x, y];
}

function largestTriangle(points: readonly Point[], left: Point, right: Point): Point | undefined {
  let best: Point | undefined;
  let bestArea = -1;
  for (const point of points) {
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

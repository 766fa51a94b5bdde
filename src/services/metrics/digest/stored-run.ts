import { deserialize, serialize } from 'node:v8';
import type { Curve } from '../../../domain/chart.js';
import type { CheckpointFigures } from '../../../domain/run-metrics.js';
import type { MetricEntry } from '../../../domain/metrics.js';
import { createBuckets, maxBuckets } from './curve-buckets.js';
import type { CurveBuckets } from './curve-buckets.js';
import type { Digest } from './digest.js';
import { trimSpans } from './spans.js';

/** A log as it was when it was read. */
export interface LogState {
  readonly path: string;
  /** Device and inode. */
  readonly identity: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** The next byte to be read. */
  readonly offset: number;
  readonly skipping: boolean;
}

/** What is kept of a run. */
export interface StoredRun {
  readonly logs: readonly LogState[];
  readonly digest: Digest;
  readonly last: readonly MetricEntry[];
  readonly summary: MetricEntry | undefined;
  readonly figures: ReadonlyMap<number, CheckpointFigures>;
  readonly curves: readonly Curve[];
  /** What it was read with; kept ones that were read otherwise are read anew. */
  readonly readAs: string;
}

/** Changes with the shape of what is kept: bodies of another version are read anew. */
const version = 1;

/** V8's own format: it knows NaN, maps and typed arrays, and newer versions of V8 read what older ones wrote. */
export function packRun(run: StoredRun): Uint8Array {
  const used = Math.min(maxBuckets, Math.floor(run.digest.maxStep / run.digest.width) + 1);
  const curves = run.digest.curves.map((buckets) => resize(buckets, used, used));
  return serialize({
    version,
    run: { ...run, digest: { ...run.digest, curves, spans: trimSpans(run.digest.spans) } },
  });
}

/** Undefined for a body that another version wrote. */
export function unpackRun(body: Uint8Array): StoredRun | undefined {
  const stored = tryDeserialize(body);
  if (stored?.version !== version) return undefined;
  const { run } = stored;
  const curves = run.digest.curves.map((buckets) => resize(buckets, buckets.minSteps.length, maxBuckets));
  return { ...run, digest: { ...run.digest, curves } };
}

/** The program alone writes these bodies, so what has the version has the shape. */
function tryDeserialize(body: Uint8Array): { version: number; run: StoredRun } | undefined {
  try {
    const stored: { version: number; run: StoredRun } | undefined = deserialize(body);
    return stored;
  } catch {
    return undefined;
  }
}

/** A copy with the first `used` buckets, in arrays of a length. */
function resize(buckets: CurveBuckets, used: number, length: number): CurveBuckets {
  const empty = createBuckets();
  const fit = (from: Float64Array, to: Float64Array): Float64Array => {
    to.set(from.subarray(0, used));
    return to.slice(0, length);
  };
  return {
    minSteps: fit(buckets.minSteps, empty.minSteps),
    minValues: fit(buckets.minValues, empty.minValues),
    maxSteps: fit(buckets.maxSteps, empty.maxSteps),
    maxValues: fit(buckets.maxValues, empty.maxValues),
    breaks: buckets.breaks,
  };
}

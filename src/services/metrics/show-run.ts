import { setImmediate } from 'node:timers/promises';
import type { Curve } from '../../domain/chart.js';
import { downsampleLttb } from '../../domain/lttb.js';
import type { NonFiniteRange, RunMetrics } from '../../domain/run-metrics.js';
import { pointsOf } from './digest/curve-buckets.js';
import { strideOf } from './digest/digest.js';
import type { Digest } from './digest/digest.js';
import type { StoredRun } from './digest/stored-run.js';
import type { ReadingRun } from './keep-run.js';

/** Points of a curve: a picture is 800 wide at most. */
const curvePoints = 800;

/** What a run looks like to people. */
export function showRun(
  { digest, figures, last, summary, curves }: StoredRun,
  { checkpointSteps }: Pick<ReadingRun, 'checkpointSteps'>,
): RunMetrics {
  const nonFinite = rangesOf(digest);
  const loggingInterval = strideOf(digest);
  const first = nonFinite[0]?.from;
  const asked = new Set(checkpointSteps);
  return {
    figures: new Map([...figures].filter(([step]) => asked.has(step)).sort((a, b) => a[0] - b[0])),
    last,
    curves,
    ...(summary && { summary }),
    ...(digest.entries > 0 && { lastStep: digest.lastStep }),
    ...(loggingInterval !== undefined && { loggingInterval }),
    nonFinite,
    ...(first !== undefined && { firstNonFiniteStep: first }),
    unreadableLines: digest.unreadableLines,
    totalEntries: digest.entries,
  };
}

const usualLabels = new Map([
  ['loss', 'Loss'],
  ['eval_loss', 'Eval'],
]);

/** The curves of a run, thinned; others have their turn between them, since each takes the event loop some milliseconds at first. */
export async function curvesOf(
  { columns, curves }: Digest,
  run: Pick<ReadingRun, 'columns'>,
): Promise<readonly Curve[]> {
  const labels = new Map(run.columns.map(({ key, label }) => [key, label]));
  const made: Curve[] = [];
  for (const [index, key] of columns.entries()) {
    const buckets = curves[index];
    const points = buckets ? downsampleLttb(pointsOf(buckets), curvePoints) : [];
    if (points.length === 0) continue;
    made.push({ key, label: labels.get(key) ?? usualLabels.get(key) ?? key, points });
    await setImmediate();
  }
  return made;
}

/** Per column; entries that follow one another, and buckets, are one stretch. */
function rangesOf(digest: Digest): readonly NonFiniteRange[] {
  const { columns, curves, width } = digest;
  const stride = strideOf(digest) ?? 0;
  return columns
    .flatMap((key, index) => {
      const ranges: { key: string; from: number; to: number; bucket: number }[] = [];
      const breaks = [...(curves[index]?.breaks ?? [])].sort((a, b) => a[0] - b[0]);
      for (const [bucket, { from, to }] of breaks) {
        const before = ranges.at(-1);
        const adjoins =
          (width > 1 && bucket - (before?.bucket ?? -1) === 1) || from - (before?.to ?? 0) <= stride;
        if (before && adjoins) Object.assign(before, { to, bucket });
        else ranges.push({ key, from, to, bucket });
      }
      return ranges.map(({ key, from, to }) => ({ key, from, to }));
    })
    .sort((a, b) => a.from - b.from);
}

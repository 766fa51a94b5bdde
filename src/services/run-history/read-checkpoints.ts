import { join } from 'node:path';
import { recommend } from '../../domain/recommend.js';
import type { CheckpointRow, RunCheckpoints } from '../../domain/run-checkpoints.js';
import type { RunHead } from '../../domain/run-list.js';
import type { RunMetrics } from '../../domain/run-metrics.js';
import type { MetricsIndex } from '../metrics/metrics-index.js';
import { checkCheckpoint, listCheckpoints } from '../toolset/checkpoints.js';
import { mapLimited } from '../toolset/map-limited.js';
import { isGone, readProblem } from '../toolset/read-problem.js';
import { checkModelFolder } from '../toolset/weights.js';
import type { FoundRun } from './find-runs.js';
import { readFigures } from './read-figures.js';

/** Checkpoints looked into side by side. */
const parallel = 8;

/** The checkpoints of a run with their figures. Never rejects: what cannot be read is told. */
export async function readCheckpoints(
  found: FoundRun,
  head: RunHead,
  metrics: Pick<MetricsIndex, 'read'>,
): Promise<RunCheckpoints> {
  const { run, layout, backend } = found;
  const listed = await listCheckpoints(run, layout);
  const read = await tryFigures(
    metrics,
    found,
    listed.map(({ step }) => step),
  );
  const known = read.ok ? read.metrics : undefined;
  const rows = await mapLimited(listed, parallel, async (checkpoint): Promise<CheckpointRow> => {
    const whole = await checkCheckpoint(checkpoint, layout);
    const figures = known?.figures.get(checkpoint.step);
    const { name, step } = checkpoint;
    return { name, step, ...(!whole.whole && { incomplete: whole.why }), ...(figures && { figures }) };
  });
  const recommended = recommendOf(rows, found, known);
  return {
    ...head,
    checkpoints: rows,
    ...(await finalModelOf(found, known)),
    ...(recommended && { recommended }),
    curves: known?.curves ?? [],
    ...(known?.lastStep !== undefined && { lastStep: known.lastStep }),
    ...(known?.firstNonFiniteStep !== undefined && { firstNonFiniteStep: known.firstNonFiniteStep }),
    unreadableLines: known?.unreadableLines ?? 0,
    resumable: backend.manifest.flags.resume !== undefined,
    ...(!read.ok && { problem: read.problem }),
  };
}

type Figures =
  { readonly ok: true; readonly metrics: RunMetrics } | { readonly ok: false; readonly problem: string };

async function tryFigures(
  metrics: Pick<MetricsIndex, 'read'>,
  found: FoundRun,
  steps: readonly number[],
): Promise<Figures> {
  try {
    return { ok: true, metrics: await readFigures(metrics, found, steps) };
  } catch (error) {
    return { ok: false, problem: isGone(error) ? 'it is not there any more' : readProblem(error, 'its log') };
  }
}

function recommendOf(
  rows: readonly CheckpointRow[],
  { backend }: FoundRun,
  metrics: RunMetrics | undefined,
): ReturnType<typeof recommend> {
  const candidates = rows.map(({ step, incomplete, figures }) => ({
    step,
    complete: incomplete === undefined,
    ...(figures && { figures }),
  }));
  return recommend(candidates, {
    method: backend.method,
    firstNonFiniteStep: metrics?.firstNonFiniteStep,
  });
}

async function finalModelOf(
  { run, layout }: FoundRun,
  metrics: RunMetrics | undefined,
): Promise<Pick<RunCheckpoints, 'finalModel'>> {
  if (!run.hasFinalModel) return {};
  const whole = await checkModelFolder(join(run.path, layout.finalModel), layout.weights);
  const figures = metrics?.last.findLast(({ kind }) => kind === 'training');
  return { finalModel: { ...(!whole.whole && { incomplete: whole.why }), ...(figures && { figures }) } };
}

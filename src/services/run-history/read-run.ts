import type { Job } from '../../domain/job.js';
import type { RunHead, RunListEntry } from '../../domain/run-list.js';
import { listCheckpointsOf } from '../toolset/checkpoints.js';
import { isGone, readProblem } from '../toolset/read-problem.js';
import { runIdOf, type FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { columnsOf, readFigures } from './read-figures.js';
import { standingOf, type RunStanding } from './run-status.js';

/** Reads what is told of one run. None of it rejects: a run that cannot be read, or vanished meanwhile, is told with less. */
export interface RunReader {
  standing(found: FoundRun): Promise<RunStanding>;
  readHead(found: FoundRun): Promise<RunHead>;
  readEntry(found: FoundRun): Promise<RunListEntry>;
}

export function createRunReader({
  jobs,
  metrics,
  clock,
}: Pick<RunDeskParts, 'jobs' | 'metrics' | 'clock'>): RunReader {
  async function standing(found: FoundRun, job = jobOf(found)): Promise<RunStanding> {
    try {
      return await standingOf(found, job, clock(), () => readFigures(metrics, found, []));
    } catch {
      // What cannot be read is told where its figures are; that it runs is not known.
      return { status: found.run.hasFinalModel ? 'finished' : 'unfinished' };
    }
  }

  function jobOf({ run }: FoundRun): Job | undefined {
    return jobs.findByRunPath(run.path);
  }

  async function readHead(found: FoundRun): Promise<RunHead> {
    const { run, backend } = found;
    const job = jobOf(found);
    return {
      id: runIdOf(found),
      name: run.name,
      platform: backend.platform,
      method: backend.method,
      methodLabel: backend.manifest.label,
      columns: columnsOf(found),
      modifiedMs: run.modifiedMs,
      hasFinalModel: run.hasFinalModel,
      ...(await standing(found, job)),
      ...(job && { job: { id: job.id, requestedBy: job.requestedBy } }),
    };
  }

  async function readEntry(found: FoundRun): Promise<RunListEntry> {
    const head = await readHead(found);
    const total = totalOf(jobOf(found));
    const checkpoints = await countCheckpoints(found);
    const told = {
      ...head,
      checkpoints: 'count' in checkpoints ? checkpoints.count : 0,
      ...(total !== undefined && { totalSteps: total }),
      ...('problem' in checkpoints && { problem: checkpoints.problem }),
    };
    try {
      const { last, lastStep } = await readFigures(metrics, found, []);
      const figures = last.findLast(({ kind }) => kind === 'training')?.values ?? {};
      return { ...told, figures, ...(lastStep !== undefined && { lastStep }) };
    } catch (error) {
      const problem = isGone(error) ? 'it is not there any more' : readProblem(error, 'its log');
      return { problem, ...told, figures: {} };
    }
  }

  return { standing, readHead, readEntry };
}

async function countCheckpoints({
  run,
  layout,
}: FoundRun): Promise<{ readonly count: number } | { readonly problem: string }> {
  try {
    return { count: (await listCheckpointsOf(run, layout)).length };
  } catch (error) {
    return { problem: readProblem(error, 'checkpoints') };
  }
}

function totalOf(job: Job | undefined): number | undefined {
  return job?.plan.kind === 'train' ? job.plan.totalSteps : undefined;
}

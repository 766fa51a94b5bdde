import type { Job } from '../../domain/job.js';
import type { RunHead, RunListEntry, RunStatus } from '../../domain/run-list.js';
import { listCheckpoints } from '../toolset/checkpoints.js';
import { isGone } from '../toolset/runs.js';
import { readProblem } from '../toolset/weights.js';
import type { FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { columnsOf, readFigures } from './read-figures.js';

/** Reads what is told of one run. */
export interface RunReader {
  headOf(found: FoundRun): RunHead;
  /** Never rejects: a run whose logs cannot be read, or that vanished meanwhile, is told without figures. */
  readEntry(found: FoundRun): Promise<RunListEntry>;
}

export function createRunReader({ jobs, metrics }: Pick<RunDeskParts, 'jobs' | 'metrics'>): RunReader {
  function headOf(found: FoundRun): RunHead {
    const { id, run, backend } = found;
    const job = jobs.findByRunPath(run.path);
    return {
      id,
      name: run.name,
      platform: backend.platform,
      method: backend.method,
      methodLabel: backend.manifest.label,
      columns: columnsOf(found),
      modifiedMs: run.modifiedMs,
      status: statusOf(found, job),
      hasFinalModel: run.hasFinalModel,
      ...(job && { job: { id: job.id, requestedBy: job.requestedBy } }),
    };
  }

  async function readEntry(found: FoundRun): Promise<RunListEntry> {
    const head = headOf(found);
    const checkpoints = (await listCheckpoints(found.run, found.layout)).length;
    const total = totalOf(jobs.findByRunPath(found.run.path));
    const planned = total === undefined ? {} : { totalSteps: total };
    try {
      const { last, lastStep } = await readFigures(metrics, found, []);
      const figures = last.findLast(({ kind }) => kind === 'training')?.values ?? {};
      return { ...head, ...planned, checkpoints, figures, ...(lastStep !== undefined && { lastStep }) };
    } catch (error) {
      const problem = isGone(error) ? 'it is not there any more' : readProblem(error, 'its log');
      return { ...head, ...planned, checkpoints, figures: {}, problem };
    }
  }

  return { headOf, readEntry };
}

function statusOf({ run }: FoundRun, job: Job | undefined): RunStatus {
  if (job?.state.name === 'running' || job?.state.name === 'starting') return 'running';
  return run.hasFinalModel ? 'finished' : 'unfinished';
}

function totalOf(job: Job | undefined): number | undefined {
  return job?.plan.kind === 'train' ? job.plan.totalSteps : undefined;
}

import { setImmediate } from 'node:timers/promises';
import { isEnded, type Job } from '../../domain/job.js';
import type { JobStore } from '../jobs/ports.js';

/** Jobs read between two turns of the event loop: each has a plan to be parsed. */
const atOnce = 50;

interface Made {
  readonly jobId: number;
  readonly model: string;
}

/**
 * The model of each run that this bot started, by the path of the run. A job that ended never changes, so it is read once;
 * each call reads those that came or were not over.
 */
export function createJobModels(jobs: Pick<JobStore, 'list'>): () => Promise<ReadonlyMap<string, Made>> {
  const models = new Map<string, Made>();
  let endedUpTo = 0;

  return async () => {
    let firstOpen: number | undefined;
    let newest = endedUpTo;
    for (let offset = 0; ; offset += atOnce) {
      const page = jobs.list({ limit: atOnce, offset });
      for (const job of page) {
        newest = Math.max(newest, job.id);
        if (!isEnded(job.state)) firstOpen = job.id;
        note(models, job);
      }
      if (page.length < atOnce || (page.at(-1)?.id ?? 0) <= endedUpTo) break;
      await setImmediate();
    }
    endedUpTo = firstOpen === undefined ? newest : firstOpen - 1;
    return models;
  };
}

function note(models: Map<string, Made>, { id, runPath, plan }: Job): void {
  if (runPath === undefined || plan.kind !== 'train') return;
  if ((models.get(runPath)?.jobId ?? 0) > id) return;
  const model = plan.settings.find(({ key }) => key === 'model')?.value;
  models.set(runPath, { jobId: id, model: String(model ?? '') });
}

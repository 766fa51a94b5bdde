import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import { UserError } from '../../domain/user-error.js';
import type { JobDesk } from './job-desk.js';
import type { JobStore } from './ports.js';

export interface StartAnywayParts {
  readonly jobs: JobStore;
  readonly requireOwn: (id: number, actor: Actor) => Job;
  readonly changed: (jobId: number) => void;
  /** The queue is looked at anew. */
  readonly wake: () => void;
}

/** See JobDesk.startAnyway. */
export function createStartAnyway(parts: StartAnywayParts): JobDesk['startAnyway'] {
  const { jobs, requireOwn, changed, wake } = parts;
  return function startAnyway(id: number, actor: Actor): Job {
    const job = requireOwn(id, actor);
    if (job.state.name !== 'queued') {
      throw new UserError(`Job ${id} does not wait any more: its state is ${job.state.name}.`);
    }
    if (job.state.evenIfBusy) return job;
    const { wait: _wait, behind: _behind, ...kept } = job.state;
    const asked = jobs.transition(job, { ...kept, evenIfBusy: true });
    // Another change came first (it began, or was cancelled): look again.
    if (!asked) return startAnyway(id, actor);
    changed(id);
    wake();
    return asked;
  };
}

import { hasRight, type Access, type Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import { UserError } from '../../domain/user-error.js';
import type { JobDesk } from './job-desk.js';
import type { JobStore } from './ports.js';

export interface QueueDeskParts {
  readonly jobs: JobStore;
  readonly access: Access;
  readonly require: (id: number, actor: Actor) => Job;
  readonly changed: (jobId: number) => void;
  /** The queue is looked at anew. */
  readonly wake: () => void;
}

/** What administrators do with jobs that wait. */
export function createQueueDesk(parts: QueueDeskParts): Pick<JobDesk, 'hold' | 'release' | 'moveFirst'> {
  const { jobs, access, changed, wake } = parts;

  function requireWaiting(id: number, actor: Actor): Job {
    const job = parts.require(id, actor);
    if (!hasRight(actor, access, 'administer')) {
      throw new UserError('Only administrators change the queue.', 'Ask one of them.');
    }
    if (job.state.name === 'queued') return job;
    throw new UserError(
      `Job ${id} does not wait any more: its state is ${job.state.name}.`,
      'Only jobs that wait can be held, released or moved.',
    );
  }

  function setHeld(job: Job, held: boolean): Job {
    if (job.held === held) return job;
    const now = jobs.setFacts(job.id, { held });
    changed(job.id);
    wake();
    return now;
  }

  return {
    hold: (id, actor) => setHeld(requireWaiting(id, actor), true),
    release: (id, actor) => setHeld(requireWaiting(id, actor), false),
    moveFirst(id, actor) {
      const job = requireWaiting(id, actor);
      const [first] = jobs.listActive().filter(({ state }) => state.name === 'queued');
      if (first === undefined || first.id === id) return job;
      const now = jobs.setFacts(id, { position: first.position - 1 });
      changed(id);
      wake();
      return now;
    },
  };
}

import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import { UserError } from '../../domain/user-error.js';
import type { JobDesk } from './job-desk.js';
import type { Clock, JobStore } from './ports.js';

export interface GiveUpParts {
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly requireOwn: (id: number, actor: Actor) => Job;
  readonly changed: (jobId: number) => void;
}

/** See JobDesk.giveUp. */
export function createGiveUp(parts: GiveUpParts): JobDesk['giveUp'] {
  const { jobs, clock, requireOwn, changed } = parts;
  return function giveUp(id: number, actor: Actor): Job {
    const job = requireOwn(id, actor);
    const { state } = job;
    if (state.name !== 'queued' || !state.retry) {
      throw new UserError(
        `Job ${id} does not wait for another try: its state is ${state.name}.`,
        ...(state.name === 'running' || state.name === 'starting' ? ['Cancel it instead.'] : []),
      );
    }
    const { code, why: message } = state.retry;
    const ended = jobs.transition(
      job,
      { name: 'failed', at: clock(), failure: { code, message }, gaveUpBy: actor.userId },
      { notices: [{ kind: 'finished' }] },
    );
    // Another change came first (the next try began): look again.
    if (!ended) return giveUp(id, actor);
    changed(id);
    return ended;
  };
}

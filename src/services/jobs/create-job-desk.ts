import { hasRight, type Access, type Actor } from '../../domain/access.js';
import { isEnded, type Job } from '../../domain/job.js';
import { noProgress } from '../../domain/progress.js';
import { UserError } from '../../domain/user-error.js';
import type { JobDesk } from './job-desk.js';
import type { Clock, JobStore } from './ports.js';
import { placesOf } from './schedule.js';
import type { Supervisor } from './supervisor.js';

export interface JobDeskParts {
  readonly jobs: JobStore;
  readonly supervisor: Supervisor;
  readonly clock: Clock;
  readonly access: Access;
  readonly onChange: (listener: (jobId: number) => void) => () => void;
  /** Tells the listeners that a job changed. */
  readonly changed: (jobId: number) => void;
}

/** The desk over the job store and the supervisor. */
export function createJobDesk({ jobs, supervisor, clock, access, onChange, changed }: JobDeskParts): JobDesk {
  function requireOwn(id: number, actor: Actor): Job {
    const job = jobs.get(id);
    if (!job || job.guildId !== actor.guildId) {
      throw new UserError(
        `There is no job ${id}.`,
        'Look at the job messages in this channel for its number.',
      );
    }
    if (job.requestedBy !== actor.userId && !hasRight(actor, access, 'administer')) {
      throw new UserError(
        `Job ${id} belongs to <@${job.requestedBy}>.`,
        'Only they or an administrator may cancel it.',
      );
    }
    return job;
  }

  function cancel(id: number, actor: Actor): Job {
    const job = requireOwn(id, actor);
    if (isEnded(job.state)) {
      throw new UserError(
        `Job ${id} is over: it ${job.state.name === 'lost' ? 'was lost' : `has ${job.state.name}`}.`,
      );
    }
    const at = clock();
    const request = { by: actor.userId, at };
    if (job.state.name === 'queued') {
      const ended = jobs.transition(
        job,
        { name: 'cancelled', at, by: actor.userId, how: 'before-start' },
        { notices: [{ kind: 'finished' }] },
      );
      if (!ended) return cancel(id, actor);
      changed(id);
      return ended;
    }
    if ((job.state.name === 'running' || job.state.name === 'starting') && !job.state.cancel) {
      const asked = jobs.transition(job, { ...job.state, cancel: request });
      // Another change came first (it began to run, or ended): look again.
      if (!asked) return cancel(id, actor);
      changed(id);
      supervisor.wake();
      return asked;
    }
    return job;
  }

  return {
    get: jobs.get,
    list: jobs.list,
    cancel,
    onChange,
    async snapshot(id) {
      const job = jobs.get(id);
      if (!job) return undefined;
      const tracker = await supervisor.readTracker(job);
      const place = job.state.name === 'queued' ? placesOf(jobs.listActive()).get(id) : undefined;
      return {
        job,
        progress: tracker?.progress() ?? noProgress,
        curves: tracker?.curves() ?? [],
        tail: tracker?.tail() ?? [],
        ...(place !== undefined && { place }),
        at: clock(),
      };
    },
  };
}

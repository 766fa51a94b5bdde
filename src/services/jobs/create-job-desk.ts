import { hasRight, type Access, type Actor } from '../../domain/access.js';
import type { GpuCard } from '../../domain/gpu.js';
import { isEnded, type Job } from '../../domain/job.js';
import { noProgress } from '../../domain/progress.js';
import { UserError } from '../../domain/user-error.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import type { JobDesk } from './job-desk.js';
import { createGiveUp } from './give-up.js';
import { createJobLists } from './job-lists.js';
import { createJobOutput } from './job-output.js';
import type { KindTable } from './kinds.js';
import type { Clock, JobStore } from './ports.js';
import { createQueueDesk } from './queue-desk.js';
import { createQueueRules } from './queue-rules.js';
import { createStartAnyway } from './start-anyway.js';
import { expectStarts, placesOf } from './schedule.js';
import type { Supervisor } from './supervisor.js';

export interface JobDeskParts {
  readonly jobs: JobStore;
  readonly supervisor: Supervisor;
  readonly kinds: KindTable;
  readonly clock: Clock;
  readonly access: Access;
  /** `jobs/` in the data folder. */
  readonly jobsDir: string;
  /** Slot numbers; see chooseStarts. */
  readonly slots: readonly number[];
  /** The card of a job; absent: none is read. */
  readonly cardOf?: (job: Job) => GpuCard | undefined;
  readonly onChange: (listener: (jobId: number) => void) => () => void;
  /** Tells the listeners that a job changed. */
  readonly changed: (jobId: number) => void;
}

/** The desk over the job store and the supervisor. */
export function createJobDesk(parts: JobDeskParts): JobDesk {
  const { jobs, supervisor, kinds, clock, access, jobsDir, slots, onChange, changed } = parts;

  function require(id: number, actor: Actor): Job {
    const job = jobs.get(id);
    if (job?.guildId === actor.guildId) return job;
    throw new UserError(`There is no job ${id}.`, 'Look for its number in /jobs list, or in its message.');
  }

  function requireOwn(id: number, actor: Actor): Job {
    const job = require(id, actor);
    if (job.requestedBy === actor.userId || hasRight(actor, access, 'administer')) return job;
    throw new UserError(
      `Job ${id} belongs to <@${job.requestedBy}>.`,
      'Only they or an administrator may do that.',
    );
  }

  const rulesNow = createQueueRules({ kinds, slots, clock });
  const giveUp = createGiveUp({ jobs, clock, requireOwn, changed });

  function cancel(id: number, actor: Actor): Job {
    const job = requireOwn(id, actor);
    if (isEnded(job.state)) {
      throw new UserError(
        `Job ${id} is over: it ${/^(lost|cancelled)$/.test(job.state.name) ? 'was' : 'has'} ${job.state.name}.`,
      );
    }
    const at = clock();
    const request = { by: actor.userId, at };
    if (job.state.name === 'queued' && job.state.retry) return giveUp(id, actor);
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

  /** Where a waiting job stands, and when its turn is expected. */
  async function readWaiting(id: number): Promise<Pick<JobSnapshot, 'place' | 'expectedStartAt'>> {
    const active = jobs.listActive();
    const ends = new Map<number, number>();
    for (const job of active.filter(({ state }) => state.name === 'running')) {
      const etaMs = (await supervisor.readTracker(job))?.progress().etaMs;
      if (etaMs !== undefined && Number.isFinite(etaMs) && etaMs >= 0) ends.set(job.id, clock() + etaMs);
    }
    const expectedStartAt = expectStarts(active, rulesNow(), (job) => ends.get(job.id)).get(id);
    const place = placesOf(active).get(id);
    return {
      ...(place !== undefined && { place }),
      ...(expectedStartAt !== undefined && { expectedStartAt }),
    };
  }

  return {
    get: jobs.get,
    list: jobs.list,
    findByRunPath: jobs.findByRunPath,
    require,
    requireOwn,
    ...createJobLists({ jobs, clock }),
    ...createJobOutput({ require, jobsDir }),
    ...createQueueDesk({ jobs, access, require, changed, wake: () => supervisor.wake() }),
    cancel,
    giveUp,
    startAnyway: createStartAnyway({ jobs, requireOwn, changed, wake: () => supervisor.wake() }),
    onChange,
    async snapshot(id) {
      const job = jobs.get(id);
      if (!job) return undefined;
      const tracker = await supervisor.readTracker(job);
      const waiting = job.state.name === 'queued' ? await readWaiting(id) : {};
      const gpu = job.state.name === 'running' ? parts.cardOf?.(job) : undefined;
      return {
        job,
        progress: tracker?.progress() ?? noProgress,
        curves: tracker?.curves() ?? [],
        tail: tracker?.tail() ?? [],
        ...waiting,
        ...(gpu && { gpu }),
        at: clock(),
      };
    },
  };
}

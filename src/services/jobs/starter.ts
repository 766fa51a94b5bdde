import { join } from 'node:path';
import type { Job, ProcessIdentity } from '../../domain/job.js';
import { cancelOf, type JobChanges, type Log } from './job-changes.js';
import { rulesOf, type KindTable } from './kinds.js';
import type { Clock, Executor, JobStore } from './ports.js';
import { chooseStarts } from './schedule.js';

export interface StarterParts {
  readonly jobs: JobStore;
  readonly executor: Executor;
  readonly kinds: KindTable;
  readonly changes: JobChanges;
  readonly clock: Clock;
  readonly log: Log;
  /** `jobs/` in the data folder: each job has a folder, each attempt one in it. */
  readonly jobsDir: string;
  /** Slot numbers; see chooseStarts. */
  readonly slots: readonly number[];
}

/** A child that was claimed but never told its identity: the wrapper died within its first lines. */
const startPatienceMs = 60_000;

/** The attempt's folder. */
export function attemptDir(jobsDir: string, jobId: number, attempt: number): string {
  return join(jobsDir, String(jobId), `attempt-${attempt}`);
}

export interface Starter {
  /** Starts what the schedule chooses; not awaited, since a start may take seconds and running jobs must be followed. */
  startQueued(): void;
  /** Finds out what became of a job found in `starting` that this process is not starting: the bot ended in between. */
  resolve(job: Job): Promise<'ended' | 'open'>;
  /** Resolves when no start is in progress. */
  settle(): Promise<void>;
}

/** From the queue to a running child. */
export function createStarter(parts: StarterParts): Starter {
  const { jobs, executor, kinds, changes, clock, log, jobsDir, slots } = parts;
  const inProgress = new Map<number, Promise<void>>();

  /** A cancellation may have been asked for meanwhile: it goes along. */
  function markRunning(id: number, attempt: number, child: ProcessIdentity): void {
    const job = jobs.get(id);
    if (job?.state.name !== 'starting') return;
    const at = clock();
    const cancel = cancelOf(job);
    changes.change(
      job,
      { name: 'running', at, attempt, process: child, ...(cancel && { cancel }) },
      { startedAt: at },
    );
  }

  async function launch(job: Job, attempt: number, slot: number | undefined): Promise<void> {
    const gpu: Record<string, string> = slot === undefined ? {} : { CUDA_VISIBLE_DEVICES: String(slot) };
    const env = { ...rulesOf(kinds, job.kind).environment(job.plan), ...gpu };
    try {
      const child = await executor.start(attemptDir(jobsDir, job.id, attempt), job.plan.launch, env);
      markRunning(job.id, attempt, child);
    } catch (error) {
      log.error({ err: error, job: job.id }, 'the child could not be started');
      const message = error instanceof Error ? error.message : String(error);
      changes.endStart(job, { code: 'could-not-start', message });
    }
  }

  async function startOne(job: Job, slot: number | undefined): Promise<void> {
    // What was confirmed is what runs: compared here too, since the job may have waited for hours.
    const differences = await rulesOf(kinds, job.kind).compare(job.plan);
    // It may have been held back while its files were read.
    if (jobs.get(job.id)?.held === true) return;
    const attempt = job.attempts + 1;
    const starting = changes.change(
      job,
      { name: 'starting', at: clock(), attempt },
      { attempts: attempt, ...(slot !== undefined && { slot }) },
    );
    if (!starting) return;
    if (differences.length === 0) await launch(starting, attempt, slot);
    else
      changes.endStart(starting, { code: 'plan-changed', message: `Not started: ${differences.join(' ')}` });
  }

  return {
    startQueued() {
      const starts = chooseStarts(jobs.listActive(), slots, (job) =>
        rulesOf(kinds, job.kind).needsSlot(job.plan),
      );
      for (const { job, slot } of starts) {
        if (inProgress.has(job.id)) continue;
        const start = startOne(job, slot)
          .catch((error: unknown) =>
            log.error({ err: error, job: job.id }, 'a start failed; it is tried again'),
          )
          .finally(() => inProgress.delete(job.id));
        inProgress.set(job.id, start);
      }
    },
    async resolve(job) {
      if (job.state.name !== 'starting' || inProgress.has(job.id)) return 'open';
      const dir = attemptDir(jobsDir, job.id, job.state.attempt);
      const seen = await executor.observe(dir);
      if (seen.name === 'exited' || seen.name === 'vanished') return 'ended';
      if (seen.name === 'running') {
        markRunning(job.id, job.state.attempt, seen.process);
      } else if (await executor.abandon(dir)) {
        if (cancelOf(job)) changes.end(job, { name: 'cancelled' });
        else changes.change(job, { name: 'queued', at: clock() }, { slot: null });
      } else if (clock() - job.state.at > startPatienceMs) {
        changes.endStart(job, {
          code: 'could-not-start',
          message: 'Its process ended before the program began.',
        });
      }
      return 'open';
    },
    async settle() {
      await Promise.all(inProgress.values());
    },
  };
}

import { join } from 'node:path';
import type { Job, JobState, ProcessIdentity } from '../../domain/job.js';
import type { Launch } from '../../domain/plan.js';
import type { GpuGate } from '../gpu/create-gpu-gate.js';
import { cancelOf, type JobChanges, type Log } from './job-changes.js';
import { prepareStart, rulesOf, type KindTable } from './kinds.js';
import type { Clock, Executor, JobStore } from './ports.js';
import { createQueueRules } from './queue-rules.js';
import { createWaitTeller } from './wait-teller.js';
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
  /** Which slots are GPUs, and whether others hold them. */
  readonly gate: GpuGate;
}

/** A child that was claimed but never told its identity: the wrapper died within its first lines. */
const startPatienceMs = 60_000;

/** The attempt's folder. */
export function attemptDir(jobsDir: string, jobId: number, attempt: number): string {
  return join(jobsDir, String(jobId), `attempt-${attempt}`);
}

/** What goes along between the queue and a start, there and back. */
function keptOf({ state }: Job): Pick<Extract<JobState, { name: 'queued' }>, 'evenIfBusy' | 'retry'> {
  if (state.name !== 'queued' && state.name !== 'starting') return {};
  return { ...(state.evenIfBusy && { evenIfBusy: true }), ...(state.retry && { retry: state.retry }) };
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
  const { jobs, executor, kinds, changes, clock, log, jobsDir, slots, gate } = parts;
  const inProgress = new Map<number, Promise<void>>();

  const rulesNow = createQueueRules({ kinds, slots, clock });
  const teller = createWaitTeller({ jobs, changes, gate, rulesNow });

  /** A cancellation may have been asked for meanwhile: it goes along. */
  function markRunning(id: number, attempt: number, child: ProcessIdentity): void {
    const job = jobs.get(id);
    if (job?.state.name !== 'starting') return;
    const at = clock();
    const cancel = cancelOf(job);
    const { retry } = keptOf(job);
    changes.change(
      job,
      { name: 'running', at, attempt, process: child, ...(retry && { retry }), ...(cancel && { cancel }) },
      { startedAt: at },
    );
  }

  /** CUDA counts the fastest card first unless told; the indexes of nvidia-smi follow the PCI bus. */
  function confine(slot: number | undefined): Readonly<Record<string, string>> {
    if (slot === undefined || !gate.gpus.includes(slot)) return {};
    return { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: String(slot) };
  }

  /** Whether the job may start on the slot now: looked at after all waiting, since the queue may have changed meanwhile. */
  function isStillDue(id: number, slot: number | undefined): boolean {
    const active = jobs.listActive();
    const { laneOf } = rulesNow();
    const job = active.find((one) => one.id === id);
    if (job?.state.name !== 'queued' || job.held) return false;
    const lane = laneOf?.(job);
    return !active.some(
      (other) =>
        other.id !== id &&
        ((slot !== undefined && other.slot === slot) ||
          (lane !== undefined && other.state.name !== 'queued' && laneOf?.(other) === lane)),
    );
  }

  async function launch(job: Job, dir: string, given: Launch, slot: number | undefined): Promise<void> {
    const env = { ...rulesOf(kinds, job.kind).environment(job.plan), ...confine(slot) };
    try {
      const child = await executor.start(dir, given, env);
      markRunning(job.id, job.attempts, child);
    } catch (error) {
      log.error({ err: error, job: job.id }, 'the child could not be started');
      const message = error instanceof Error ? error.message : String(error);
      changes.endStart(job, { code: 'could-not-start', message });
    }
  }

  async function startOne(job: Job, slot: number | undefined): Promise<void> {
    const attempt = job.attempts + 1;
    const dir = attemptDir(jobsDir, job.id, attempt);
    // What was confirmed is what runs: compared here too, since the job may have waited for hours.
    const prepared = await prepareStart(rulesOf(kinds, job.kind), job, dir);
    if (slot !== undefined && !keptOf(job).evenIfBusy && !(await gate.check(slot))) {
      teller.tell(job.id);
      return;
    }
    if (!isStillDue(job.id, slot)) return;
    if (prepared.name === 'not-now') {
      changes.end(job, prepared.verdict);
      return;
    }
    const starting = changes.change(
      job,
      { name: 'starting', at: clock(), attempt, ...keptOf(job) },
      { attempts: attempt, ...(slot !== undefined && { slot }) },
    );
    if (!starting) return;
    if (prepared.name === 'start') await launch(starting, dir, prepared.launch, slot);
    else
      changes.endStart(starting, {
        code: 'plan-changed',
        message: `Nothing was started: ${prepared.differences.join(' ')}`,
      });
  }

  return {
    startQueued() {
      const active = jobs.listActive();
      const starts = chooseStarts(active, {
        ...rulesNow(),
        mayTry: (job, slot) => inProgress.has(job.id) || keptOf(job).evenIfBusy === true || gate.mayTry(slot),
      });
      teller.tellAll(active, new Set(starts.map(({ job }) => job.id)));
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
        else changes.change(job, { name: 'queued', at: clock(), ...keptOf(job) }, { slot: null });
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

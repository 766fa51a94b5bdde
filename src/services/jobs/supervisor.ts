import type { Job } from '../../domain/job.js';
import { cancelSignals, dueSignal, type CancelSignal } from './cancellation.js';
import { cancelOf, type JobChanges, type Log } from './job-changes.js';
import { rulesOf, type ChildEnd, type KindTable, type Tracker } from './kinds.js';
import type { Clock, Executor, JobStore } from './ports.js';
import { attemptDir, type Starter } from './starter.js';

export interface SupervisorParts {
  readonly jobs: JobStore;
  readonly executor: Executor;
  readonly kinds: KindTable;
  readonly changes: JobChanges;
  readonly starter: Starter;
  readonly clock: Clock;
  readonly log: Log;
  readonly jobsDir: string;
  readonly cancelGraceMs: number;
  /** Pause between two ticks. */
  readonly pollMs: number;
  /** Called when a job's progress changed. */
  readonly onProgress: (jobId: number) => void;
}

/**
 * Keeps the jobs' states true. One tick does named steps one after another; a job whose step throws is logged and tried
 * again at the next tick, the others go on.
 */
export class Supervisor {
  readonly #parts: SupervisorParts;
  /** By job; each attempt has a tracker of its own. */
  readonly #trackers = new Map<number, { readonly attempt: number; readonly tracker: Tracker }>();
  /** The last signal sent by this process; after a restart it is sent again, which does no harm. */
  readonly #signalled = new Map<number, CancelSignal>();
  #timer: NodeJS.Timeout | undefined;
  #ticking: Promise<void> | undefined;
  #stopped = true;

  constructor(parts: SupervisorParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#schedule(0);
  }

  /** Ends the ticks; children go on. Resolves when the tick and the starts in progress are over. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#ticking;
    await this.#parts.starter.settle();
  }

  /** Looks at once, rather than at the next tick. */
  wake(): void {
    if (!this.#stopped && this.#ticking === undefined) this.#schedule(0);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#ticking = this.tick().finally(() => {
        this.#ticking = undefined;
        if (!this.#stopped) this.#schedule(this.#parts.pollMs);
      });
    }, delayMs);
  }

  /** The tracker of a job, its files read at least once. Undefined before the job's first attempt. */
  async readTracker(job: Job): Promise<Tracker | undefined> {
    if (job.attempts === 0) return undefined;
    const known = this.#trackers.get(job.id)?.attempt === job.attempts;
    const tracker = this.#trackerOf(job);
    if (!known) await tracker.poll();
    return tracker;
  }

  /** Made anew from its files when this process has none. */
  #trackerOf(job: Job): Tracker {
    const known = this.#trackers.get(job.id);
    if (known?.attempt === job.attempts) return known.tracker;
    const dir = attemptDir(this.#parts.jobsDir, job.id, job.attempts);
    const tracker = rulesOf(this.#parts.kinds, job.kind).track(job, dir);
    this.#trackers.set(job.id, { attempt: job.attempts, tracker });
    return tracker;
  }

  /** One look at everything. */
  async tick(): Promise<void> {
    const { jobs, starter } = this.#parts;
    const active = jobs.listActive();
    this.#forgetEnded(active);
    for (const job of active) {
      await this.#guard(job, async () => {
        if (job.state.name === 'starting' && (await starter.resolve(job)) === 'ended')
          await this.#follow(job);
        if (job.state.name === 'running') await this.#follow(job);
      });
    }
    starter.startQueued();
  }

  async #guard(job: Job, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.#parts.log.error(
        { err: error, job: job.id, state: job.state.name },
        'a step of the supervisor failed',
      );
    }
  }

  #forgetEnded(active: readonly Job[]): void {
    const ids = new Set(active.map((job) => job.id));
    for (const id of this.#trackers.keys()) if (!ids.has(id)) this.#trackers.delete(id);
    for (const id of this.#signalled.keys()) if (!ids.has(id)) this.#signalled.delete(id);
  }

  async #follow(job: Job): Promise<void> {
    const { executor, clock, jobs, jobsDir, onProgress } = this.#parts;
    const seen = await executor.observe(attemptDir(jobsDir, job.id, job.attempts));
    if (seen.name === 'exited' || seen.name === 'vanished') {
      await this.#settle(job, seen.name === 'exited' ? seen : { ...seen, at: clock() });
      return;
    }
    await this.#signalIfDue(job);
    const tracker = this.#trackerOf(job);
    const changed = await tracker.poll();
    const runPath = tracker.runPath();
    if (runPath !== undefined && runPath !== job.runPath) jobs.setFacts(job.id, { runPath });
    if (changed) onProgress(job.id);
  }

  async #signalIfDue(job: Job): Promise<void> {
    if (job.state.name !== 'running' || !job.state.cancel) return;
    const { clock, cancelGraceMs, executor, log } = this.#parts;
    const due = dueSignal(clock() - job.state.cancel.at, cancelGraceMs);
    const last = this.#signalled.get(job.id);
    if (last !== undefined && cancelSignals.indexOf(due) <= cancelSignals.indexOf(last)) return;
    this.#signalled.set(job.id, due);
    const sent = await executor.signal(job.state.process, due);
    log.info({ job: job.id, signal: due, sent }, 'signalled the process group of a cancelled job');
  }

  async #settle(job: Job, end: ChildEnd): Promise<void> {
    const tracker = this.#trackerOf(job);
    const changed = await tracker.poll(true);
    const verdict = await tracker.judge(end, cancelOf(job));
    if (verdict === undefined) {
      if (changed) this.#parts.onProgress(job.id);
      return;
    }
    const runPath = tracker.runPath();
    this.#parts.changes.end(job, verdict, { ...(runPath !== undefined && { runPath }) }, end.at);
  }
}

import type { Job, JobState, Snowflake } from '../../domain/job.js';
import type { JobTally } from '../../domain/job-list.js';
import type { Notice, NoticeKind } from '../../domain/notice.js';
import type { Launch, PlanState, ProposedPlan, StoredPlan } from '../../domain/plan.js';
import type { ProcessIdentity } from '../../domain/job.js';

/** Epoch milliseconds now. The one clock of the program, so that a test can move it. */
export type Clock = () => number;

/** A notice to be written in the same transaction as a change. */
export interface NewNotice {
  readonly kind: NoticeKind;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface NewPlan {
  readonly plan: ProposedPlan;
  readonly requestedBy: Snowflake;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** What `confirm` did: it happens at most once a plan. */
export type Confirmation =
  | { readonly outcome: 'confirmed'; readonly jobs: readonly Job[] }
  /** It had left `open` already; nothing was done. */
  | { readonly outcome: 'not-open'; readonly state: PlanState };

export interface PlanStore {
  create(plan: NewPlan): StoredPlan;
  get(id: string): StoredPlan | undefined;
  setMessage(id: string, messageId: Snowflake): void;
  /** In one transaction: open → confirmed, and a queued job of each plan that is confirmed with it, in order. */
  confirm(id: string, by: Snowflake, at: number, channelId: Snowflake): Confirmation;
  /** Writes into an open plan that the overwriting was asked about; one that has left `open` stays as it is. */
  askOverwrite(id: string, by: Snowflake, at: number): void;
  /** open → the state given; false when it had left `open` already. */
  close(id: string, state: Exclude<PlanState, { name: 'open' | 'confirmed' }>): boolean;
  /** This person's plans that are open and whose time is not over, and when the first of them expires. */
  countOpen(requestedBy: Snowflake, now: number): { readonly count: number; readonly nextExpiryAt?: number };
  /** Open plans whose time is over. */
  listDue(now: number): readonly StoredPlan[];
}

export interface JobFilter {
  readonly kind?: Job['kind'];
  readonly states?: readonly JobState['name'][];
  readonly requestedBy?: Snowflake;
  readonly limit?: number;
  readonly offset?: number;
}

/** Facts that become known while a job runs; absent keys stay as they are. */
export interface JobFacts {
  readonly startedAt?: number;
  readonly attempts?: number;
  readonly slot?: number | null;
  readonly runPath?: string;
  readonly warnings?: readonly string[];
  readonly held?: boolean;
  readonly position?: number;
}

export interface JobStore {
  get(id: number): Job | undefined;
  /** Newest first. */
  list(filter?: JobFilter): readonly Job[];
  /** Not ended, in the order of the queue. */
  listActive(): readonly Job[];
  /** The newest job whose run folder this is. */
  findByRunPath(runPath: string): Job | undefined;
  /** Counts by kind and state of the jobs created since this moment, epoch ms. */
  tally(sinceMs: number): readonly JobTally[];
  /**
   * Writes the new state, its event and its notices in one transaction, if the job is still in the state `from` (name
   * and time). Returns the job after it, or undefined when another change came first. Throws when the table of
   * transitions does not know the step.
   */
  transition(
    job: Job,
    to: JobState,
    change?: { facts?: JobFacts; notices?: readonly NewNotice[] },
  ): Job | undefined;
  setFacts(id: number, facts: JobFacts): Job;
}

/** The live message of a job, where it is. */
export interface LiveMessage {
  readonly jobId: number;
  readonly channelId: Snowflake;
  readonly messageId: Snowflake;
  /** When it was posted, epoch ms: edits slow down as it ages. */
  readonly postedAt: number;
  /** Whether the last edit showed an ended state: nothing more to edit. */
  readonly final: boolean;
}

export interface LiveMessageStore {
  get(jobId: number): LiveMessage | undefined;
  put(message: LiveMessage): void;
  /** Jobs whose message does not yet show their end, ended or not. */
  listOpenJobIds(): readonly number[];
}

export interface NoticeStore {
  /** Not yet confirmed by Discord, oldest first. */
  listPending(limit: number): readonly Notice[];
  markSent(id: number, messageId: Snowflake, at: number): void;
  /** Where it went instead of the first channel. */
  redirect(id: number, channelId: Snowflake): void;
}

/** What the executor sees of a child. */
export type Observation =
  /** Asked for, but neither begun nor refused yet. */
  | { readonly name: 'pending' }
  | { readonly name: 'running'; readonly process: ProcessIdentity }
  /** The wrapper wrote the exit code (128 + n for a signal n). */
  | { readonly name: 'exited'; readonly exitCode: number; readonly at: number }
  /** No exit code and no process of that identity. */
  | { readonly name: 'vanished'; readonly why: string };

/** Runs children that outlive the bot. `dir` is the attempt's folder; it holds the claim, the identity, the output, the exit. */
export interface Executor {
  /** Starts the child detached. Resolves once the wrapper has written its identity. Rejects when it could not be started. */
  start(dir: string, launch: Launch, env: Readonly<Record<string, string>>): Promise<ProcessIdentity>;
  observe(dir: string): Promise<Observation>;
  /**
   * Forbids a child that was asked for but has not begun. True: it will never run. False: it has begun.
   */
  abandon(dir: string): Promise<boolean>;
  /** Signals the whole process group, if it is still the one that was started. False: it is gone. */
  signal(process: ProcessIdentity, signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<boolean>;
}

import type { Plan } from './plan.js';
import type { UploadResult, UploadRetry } from './upload-plan.js';

/** A Discord snowflake: a decimal string, never a number (it exceeds 2^53). */
export type Snowflake = string;

/** What a job does. Each kind has its own plan and its own way of telling success. */
export type JobKind = 'train' | 'upload';

/**
 * The identity of a child process. A pid alone is reused by the system; with the start time that the system states for
 * it, and the id of the boot, it is not.
 */
export interface ProcessIdentity {
  /** Pid of the wrapper, which is also the id of its process group and session. */
  readonly pid: number;
  /** Start time as the system states it (Linux: clock ticks since boot; macOS: `ps -o lstart`). Compared, never computed with. */
  readonly startedAt: string;
  /** Linux: /proc/sys/kernel/random/boot_id; macOS: kern.bootsessionuuid. */
  readonly bootId: string;
}

export type FailureCode =
  | 'could-not-start'
  | 'exit-code'
  | 'out-of-memory'
  | 'dataset-invalid'
  | 'no-final-model'
  | 'final-model-incomplete'
  | 'not-finite'
  | 'upload-refused'
  | 'upload-network'
  | 'upload-incomplete'
  | 'disk-full'
  | 'plan-changed';

/** Why a job failed: a code for the program, a sentence for people. */
export interface Failure {
  readonly code: FailureCode;
  /** One sentence, as shown; already free of secrets, not yet escaped for Discord. */
  readonly message: string;
}

/** A wish to end a running job. The interrupt, the termination and the kill follow from its age. */
export interface CancelRequest {
  readonly by: Snowflake;
  /** Epoch milliseconds. */
  readonly at: number;
  /** A rule of the sentinel that stopped it by itself, in the name of `by`. */
  readonly rule?: string;
}

/**
 * The state of a job; each member carries what belongs to that state alone. Times (`at`: since when the job is in this
 * state) are epoch milliseconds.
 */
export type JobState =
  | {
      readonly name: 'queued';
      readonly at: number;
      /** For whom or what it waits besides its turn. */
      readonly wait?: string;
      /** The job of ours that has what `wait` tells of; a wish to start all the same does not lead past it. */
      readonly behind?: number;
      /** Asked to start even where others hold memory of the GPU. */
      readonly evenIfBusy?: true;
      /** An upload between two tries: it does not start before the time that stands here. */
      readonly retry?: UploadRetry;
    }
  | {
      readonly name: 'starting';
      readonly at: number;
      readonly attempt: number;
      /** Kept for the way back to the queue, as the next. */
      readonly evenIfBusy?: true;
      /** The try that this is, where an upload was tried before. */
      readonly retry?: UploadRetry;
      readonly cancel?: CancelRequest;
    }
  | {
      readonly name: 'running';
      readonly at: number;
      readonly attempt: number;
      readonly process: ProcessIdentity;
      /** As in `starting`. */
      readonly retry?: UploadRetry;
      readonly cancel?: CancelRequest;
    }
  | {
      readonly name: 'succeeded';
      readonly at: number;
      readonly warnings: readonly string[];
      /** Uploads only: what the Hub was found to hold. */
      readonly upload?: UploadResult;
    }
  | {
      readonly name: 'failed';
      readonly at: number;
      readonly failure: Failure;
      readonly exitCode?: number;
      /** Who ended an upload that waited for its next try. */
      readonly gaveUpBy?: Snowflake;
    }
  | {
      readonly name: 'cancelled';
      readonly at: number;
      readonly by: Snowflake;
      readonly how: CancelledHow;
      /** As in the request. */
      readonly rule?: string;
    }
  | { readonly name: 'lost'; readonly at: number; readonly why: string };

/** Where the cancellation met the job. */
export type CancelledHow = 'before-start' | 'interrupted';

export type JobStateName = JobState['name'];

/** The one table of transitions. A state that is not a key's target cannot follow it; ended states have no successors. */
export const jobTransitions = {
  // To itself: what it waits for, a wish, or another try later. Failed: it could not begin, or somebody gave up.
  queued: ['queued', 'starting', 'failed', 'cancelled'],
  // Back to the queue: the bot died before the child had begun, which the claim file proves.
  // To itself: a cancellation was asked for.
  starting: ['starting', 'queued', 'running', 'failed', 'cancelled', 'lost'],
  // To itself: a cancellation was asked for. Back to the queue: an upload waits for its next try.
  running: ['running', 'queued', 'succeeded', 'failed', 'cancelled', 'lost'],
  succeeded: [],
  // A failed upload may be tried again by hand; it repeats only what is not done.
  failed: [],
  cancelled: [],
  lost: [],
} as const satisfies Record<JobStateName, readonly JobStateName[]>;

/** Whether a job may go from one state to another. */
export function canTransition(from: JobStateName, to: JobStateName): boolean {
  const targets: readonly JobStateName[] = jobTransitions[from];
  return targets.includes(to);
}

/** Whether the job is over: nothing follows this state. */
export function isEnded(state: JobState): boolean {
  return jobTransitions[state.name].length === 0;
}

/** A job: a confirmed plan on its way through the queue, a child process and an end. */
export interface Job {
  readonly id: number;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly plan: Plan;
  readonly planId: string;
  readonly requestedBy: Snowflake;
  readonly guildId: Snowflake;
  /** Where the messages of the job go. */
  readonly channelId: Snowflake;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When the child first ran; absent before that. */
  readonly startedAt?: number;
  /** Order in the queue: lower starts sooner. */
  readonly position: number;
  /** An administrator holds it back. */
  readonly held: boolean;
  /** How many times a child was asked for; each has its own folder. */
  readonly attempts: number;
  /** GPU index (or slot number without GPUs) while it has one. */
  readonly slot?: number;
  /** Absolute path of the run folder, once the program has told it. */
  readonly runPath?: string;
  /** What was noticed on the way and is told at the end, one sentence each. */
  readonly warnings: readonly string[];
}

import type { Job, JobKind, JobStateName, Snowflake } from './job.js';

/** States as people name them: what is starting runs, what is queued waits. */
export const jobListStates = ['running', 'waiting', 'succeeded', 'failed', 'cancelled', 'lost'] as const;
export type JobListState = (typeof jobListStates)[number];

/** The states of the table of transitions that a name stands for. */
export const statesNamed: Readonly<Record<JobListState, readonly JobStateName[]>> = {
  running: ['starting', 'running'],
  waiting: ['queued'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  lost: ['lost'],
};

/** What a list shows; absent: all. */
export interface JobListFilter {
  readonly kind?: JobKind;
  readonly state?: JobListState;
  readonly requestedBy?: Snowflake;
}

export interface JobListEntry {
  readonly job: Job;
  /** Place in the queue, 1 = next; absent unless queued. */
  readonly place?: number;
}

/** One page: jobs that run, newest first; then those that wait, in the order of the queue; then the others, newest first. */
export interface JobListPage {
  readonly filter: JobListFilter;
  /** 0 is the first. */
  readonly page: number;
  readonly entries: readonly JobListEntry[];
  readonly hasMore: boolean;
}

/** How many entries a page has. */
export const jobsAPage = 10;

/** How many jobs of a kind stand in a state. */
export interface JobTally {
  readonly kind: JobKind;
  readonly state: JobStateName;
  readonly count: number;
  /** From the first run to the end, milliseconds; of jobs that ran and are over. */
  readonly meanMs?: number;
}

/** Counts of the jobs asked for within a span that ends now. */
export interface JobHistorySpan {
  /** Absent: all that is recorded. */
  readonly days?: number;
  readonly tallies: readonly JobTally[];
}

/** The end of a program's output. */
export interface JobOutputTail {
  readonly job: Job;
  /** Oldest first; control characters removed. */
  readonly lines: readonly string[];
  /** Of the whole file; undefined: there is none. */
  readonly sizeBytes?: number;
}

/** A program's output as a file. */
export interface JobOutputFile {
  readonly job: Job;
  readonly data: Buffer;
  /** Of the whole, which is more than `data` when it was cut. */
  readonly sizeBytes: number;
}

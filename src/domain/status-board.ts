import type { GpuOverview } from './gpu.js';
import type { Job } from './job.js';
import type { JobSnapshot } from './snapshot.js';

/** A job of the board, and where its own message is. */
export interface BoardJob {
  readonly snapshot: JobSnapshot;
  /** Address of its live message; absent while it has none. */
  readonly url?: string;
}

/** All jobs and cards at one moment. */
export interface StatusBoard {
  /** Starting and running, in the order of the queue. */
  readonly running: readonly BoardJob[];
  /** The first ones that wait, and how many wait. */
  readonly waiting: readonly JobSnapshot[];
  readonly waitingCount: number;
  /** What ended within the last day, the newest first, a few. */
  readonly ended: readonly Job[];
  readonly gpu: GpuOverview;
  /** Epoch ms. */
  readonly at: number;
}

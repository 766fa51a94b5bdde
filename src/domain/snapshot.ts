import type { Curve } from './chart.js';
import type { GpuCard } from './gpu.js';
import type { Job } from './job.js';
import type { JobProgress } from './progress.js';

/** Everything a message about a job shows, at one moment. */
export interface JobSnapshot {
  readonly job: Job;
  readonly progress: JobProgress;
  /** One curve a metric column, downsampled; empty while nothing is logged. */
  readonly curves: readonly Curve[];
  /** The last lines of the program's output, oldest first, control characters removed; 15 at most. */
  readonly tail: readonly string[];
  /** Place in the queue, 1 = next; absent unless queued. */
  readonly place?: number;
  /** When it is expected to start, epoch ms, from the expected end of a job that runs; absent where nothing is known. */
  readonly expectedStartAt?: number;
  /** The card of a running job, as it was read some seconds ago at most; absent where nothing is known. */
  readonly gpu?: GpuCard;
  /** When the snapshot was taken, epoch ms. */
  readonly at: number;
}

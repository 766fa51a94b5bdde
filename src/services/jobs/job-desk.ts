import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import type { JobFilter } from './ports.js';

/** What commands and messages may do with jobs. */
export interface JobDesk {
  get(id: number): Job | undefined;
  list(filter?: JobFilter): readonly Job[];
  /** Reads what the job's files say now. */
  snapshot(id: number): Promise<JobSnapshot | undefined>;
  /**
   * Cancels: a queued job at once, a running one by an interrupt, then a termination, then a kill, each after the grace of
   * the settings. Asking twice does nothing more. Throws UserError when the job is over or does not exist.
   */
  cancel(id: number, actor: Actor): Job;
  /** Calls the listener after each change of a job's state or progress. Returns the way to stop that. */
  onChange(listener: (jobId: number) => void): () => void;
}

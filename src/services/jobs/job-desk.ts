import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import type {
  JobHistorySpan,
  JobListFilter,
  JobListPage,
  JobListState,
  JobOutputFile,
  JobOutputTail,
} from '../../domain/job-list.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import type { JobFilter } from './ports.js';

/** What commands and messages may do with jobs. */
export interface JobDesk {
  get(id: number): Job | undefined;
  list(filter?: JobFilter): readonly Job[];
  /** Throws UserError when there is no such job in this person's server. */
  require(id: number, actor: Actor): Job;
  /** As `require`, and throws UserError unless it is this person's own, or they may administer. */
  requireOwn(id: number, actor: Actor): Job;
  /** Pages are counted from 0; one behind the last is empty. */
  listPage(filter: JobListFilter, page: number): JobListPage;
  /** Jobs that match every word typed (number, state, kind, method, platform, repository, person's id), newest first. */
  search(typed: string, states?: readonly JobListState[], limit?: number): readonly Job[];
  /** Counts of the last 7 and 30 days, and of all time. */
  history(): readonly JobHistorySpan[];
  /** The newest job whose run folder this is. */
  findByRunPath(runPath: string): Job | undefined;
  /** Reads what the job's files say now. */
  snapshot(id: number): Promise<JobSnapshot | undefined>;
  /** The last lines of the newest attempt's output. Throws UserError as `require`. */
  readTail(id: number, actor: Actor): Promise<JobOutputTail>;
  /** The newest attempt's output, or its last 10 MiB from the beginning of a line. Throws UserError where there is none. */
  readOutput(id: number, actor: Actor): Promise<JobOutputFile>;
  /**
   * Cancels: a queued job at once, a running one by an interrupt, then a termination, then a kill, each after the grace of
   * the settings; one between two tries is given up. Asking twice does nothing more. Throws UserError when the job is over
   * or does not exist.
   */
  cancel(id: number, actor: Actor): Job;
  /**
   * Ends an upload that waits for its next try: it failed, for the reason of the last. Throws UserError unless it waits so,
   * and as `requireOwn`.
   */
  giveUp(id: number, actor: Actor): Job;
  /** Keeps a waiting job from starting. Throws UserError unless it waits and the person may administer, as the next two. */
  hold(id: number, actor: Actor): Job;
  release(id: number, actor: Actor): Job;
  /** Puts a waiting job before all others. */
  moveFirst(id: number, actor: Actor): Job;
  /**
   * Lets a waiting job start though others hold memory of the GPU; the wish is kept with the job. Throws UserError unless it
   * waits, and as `requireOwn`.
   */
  startAnyway(id: number, actor: Actor): Job;
  /** Calls the listener after each change of a job's state or progress. Returns the way to stop that. */
  onChange(listener: (jobId: number) => void): () => void;
}

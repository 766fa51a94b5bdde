import type { RunCheckpoints } from '../../domain/run-checkpoints.js';
import type { ComparedSubject } from '../../domain/run-comparison.js';
import type { RunListFilter, RunListPage, RunType } from '../../domain/run-list.js';
import type { NamedValue, TrainRequest } from '../training/training-desk.js';
import type { FoundRun } from './find-runs.js';

/** Looks at the runs that the toolset holds, whoever started them. */
export interface RunDesk {
  /** Lists the runs, so that the first who asks does not wait for what is new to the bot. */
  start(): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** One page, newest first; a page beyond the last is the last. Reads the logs of the runs shown, of no others. */
  listPage(filter: RunListFilter, page: number): Promise<RunListPage>;
  /** The methods that have runs, that with the newest run first. */
  listTypes(): Promise<readonly RunType[]>;
  /** Runs that match what was typed (parts of name, method and model), newest first; `value` is what `show` takes. */
  complete(typed: string): Promise<readonly NamedValue[]>;
  /** A run by its id, name or path, absolute or as it is shown. Throws UserError when it is not among the runs found. */
  show(run: string): Promise<RunCheckpoints>;
  /** Where a run lies and what made it, by its id, name or path. Throws UserError when it is not among the runs found. */
  locate(run: string): Promise<FoundRun>;
  /** What to plan to go on from a checkpoint. Throws UserError when it vanished or is not whole. */
  requestResume(runId: string, step: number): Promise<TrainRequest>;
  /** As `complete`; where few runs match, or after an `@`, their checkpoints too. */
  completeSubjects(typed: string): Promise<readonly NamedValue[]>;
  /** A run (`id`) or a checkpoint (`id@step`), as it is compared. Throws UserError when it is not found. */
  subject(wanted: string): Promise<ComparedSubject>;
}

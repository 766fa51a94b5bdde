import type { RunListFilter, RunListPage } from '../../domain/run-list.js';

/** Looks at the runs that the toolset holds, whoever started them. */
export interface RunDesk {
  /** Epoch milliseconds. */
  now(): number;
  /** One page, newest first; a page beyond the last is the last. Reads the logs of the runs shown, of no others. */
  listPage(filter: RunListFilter, page: number): Promise<RunListPage>;
}

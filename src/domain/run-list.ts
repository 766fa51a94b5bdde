import type { Snowflake } from './job.js';
import type { MetricColumn } from './train-plan.js';

/** `finished`: it has a final model and does not run. `unfinished`: neither. */
export const runStatuses = ['running', 'finished', 'unfinished'] as const;
export type RunStatus = (typeof runStatuses)[number];

/** What a list shows; absent: all. */
export interface RunListFilter {
  readonly platform?: string;
  readonly method?: string;
  readonly status?: RunStatus;
  /** Changed at this moment or later, epoch ms, whole seconds. */
  readonly sinceMs?: number;
}

/** A run as people know it. Whoever started it, it is listed. */
export interface RunHead {
  /** Short and stable; stands in buttons, looked up among the runs that are found, never taken apart. */
  readonly id: string;
  /** The folder's name. */
  readonly name: string;
  readonly platform: string;
  readonly method: string;
  readonly methodLabel: string;
  readonly columns: readonly MetricColumn[];
  /** Epoch ms. */
  readonly modifiedMs: number;
  readonly status: RunStatus;
  /** That it runs is inferred: its log was written at this moment (epoch ms), within its usual interval. */
  readonly logWrittenMs?: number;
  readonly hasFinalModel: boolean;
  /** The job of this bot that made it; absent: started elsewhere. */
  readonly job?: { readonly id: number; readonly requestedBy: Snowflake };
}

export interface RunListEntry extends RunHead {
  readonly checkpoints: number;
  readonly lastStep?: number;
  readonly totalSteps?: number;
  /** The last training entry, by the log's keys; empty where nothing is known. */
  readonly figures: Readonly<Record<string, number>>;
  /** Why the figures could not be read, a clause. */
  readonly problem?: string;
}

export interface RunListPage {
  readonly filter: RunListFilter;
  /** 0 is the first. */
  readonly page: number;
  /** Newest first. */
  readonly entries: readonly RunListEntry[];
  /** How many runs the filter lets through. */
  readonly total: number;
  /** Folders that could not be read, a clause each. */
  readonly problems: readonly string[];
}

/** How many entries a page has. */
export const runsAPage = 10;

/** A method that has runs. */
export interface RunType {
  readonly platform: string;
  readonly platformLabel: string;
  readonly method: string;
  readonly methodLabel: string;
  readonly runs: number;
  /** When the newest of them changed, epoch ms. */
  readonly newestMs: number;
}

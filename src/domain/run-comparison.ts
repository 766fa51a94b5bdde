import type { Curve } from './chart.js';
import type { MetricColumn } from './train-plan.js';

/** A run, or one of its checkpoints, that is compared. */
export interface ComparedSubject {
  readonly name: string;
  readonly methodLabel: string;
  /** Absent: the whole run, with its last figures. */
  readonly checkpointStep?: number;
  readonly columns: readonly MetricColumn[];
  /** By the log's keys. */
  readonly figures: Readonly<Record<string, number>>;
  readonly curves: readonly Curve[];
  /** By label, from the job's plan or from what the trainer left in the run; absent: neither tells them. */
  readonly settings?: ReadonlyMap<string, string | number | boolean>;
  /** There may be settings beside those: the trainer wrote down what it chose to. */
  readonly settingsPartly?: true;
}

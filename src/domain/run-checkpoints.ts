import type { Curve } from './chart.js';
import type { MetricEntry } from './metrics.js';
import type { Recommendation } from './recommend.js';
import type { RunHead } from './run-list.js';
import type { CheckpointFigures } from './run-metrics.js';

/** A checkpoint as it is shown. */
export interface CheckpointRow {
  /** Name of its folder or file. */
  readonly name: string;
  readonly step: number;
  /** What is missing or half written, a clause; absent: it is whole. */
  readonly incomplete?: string;
  /** Absent where the logs say nothing of it. */
  readonly figures?: CheckpointFigures;
}

/** A run with its checkpoints. */
export interface RunCheckpoints extends RunHead {
  /** Lowest step first. */
  readonly checkpoints: readonly CheckpointRow[];
  /** Absent: there is none. `figures`: the last training entry of the run. */
  readonly finalModel?: { readonly incomplete?: string; readonly figures?: MetricEntry };
  readonly recommended?: Recommendation;
  readonly curves: readonly Curve[];
  readonly lastStep?: number;
  readonly totalSteps?: number;
  readonly firstNonFiniteStep?: number;
  readonly unreadableLines: number;
  /** Its trainer can go on from a checkpoint. */
  readonly resumable: boolean;
  /** Why the figures could not be read, a clause. */
  readonly problem?: string;
}

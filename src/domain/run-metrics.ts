import type { Curve } from './chart.js';
import type { MetricEntry } from './metrics.js';

/** What the logs of a run say, all of them together: of a step that several entries tell, the newest log's counts. */
export interface RunMetrics {
  /** By the step of the checkpoint; one whose step nothing is known of has no entries. */
  readonly figures: ReadonlyMap<number, CheckpointFigures>;
  /** The last training and evaluation entries in the order of the logs, 30 at most. */
  readonly last: readonly MetricEntry[];
  /** By ascending step, 800 points at most; columns that no entry has are left out. */
  readonly curves: readonly Curve[];
  /** The closing entry: the run came to its end. */
  readonly summary?: MetricEntry;
  /** Of the entry that came last; after a resume it may be lower than steps before it. */
  readonly lastStep?: number;
  /** Steps between training entries as a rule. */
  readonly loggingInterval?: number;
  /** Stretches of steps at which a column was NaN or infinite, lowest first. */
  readonly nonFinite: readonly NonFiniteRange[];
  readonly firstNonFiniteStep?: number;
  /** Whole lines that could not be read. */
  readonly unreadableLines: number;
  /** Training and evaluation entries read; a step logged twice counts twice. */
  readonly totalEntries: number;
}

export interface NonFiniteRange {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** The figures of a checkpoint. */
export interface CheckpointFigures {
  readonly step: number;
  /** The training entry of the step, or the nearest before it within one logging interval. */
  readonly training?: MetricEntry;
  /** `training` is of an earlier step: shown with `≈`. */
  readonly approximate: boolean;
  /** The evaluation entry of the very step. */
  readonly evaluation?: MetricEntry;
  /** Mean of the finite losses of `training` and two entries on each side; NaN where its own is not finite. */
  readonly smoothedLoss?: number;
}

/** Entries on each side whose losses are smoothed over. */
const neighbours = 2;

/** The steps whose entries have a say in the figures of a step. */
export function windowOf(step: number, loggingInterval = 0): readonly [from: number, to: number] {
  // A checkpoint between two entries takes the one before it, whose neighbours begin one interval lower.
  return [Math.max(0, step - (neighbours + 1) * loggingInterval), step + neighbours * loggingInterval];
}

/** The figures at a step. `entries`: those of its window, by ascending step, each kind once a step. */
export function figuresAt(
  step: number,
  entries: readonly MetricEntry[],
  loggingInterval = 0,
): CheckpointFigures {
  const training = entries.filter(({ kind }) => kind === 'training');
  const index = training.findLastIndex((entry) => entry.step <= step);
  const found = training[index];
  const near = found !== undefined && found.step >= step - loggingInterval ? found : undefined;
  const evaluation = entries.find((entry) => entry.kind === 'evaluation' && entry.step === step);
  const smoothed = near && smoothedLoss(training, index, loggingInterval);
  return {
    step,
    approximate: near !== undefined && near.step !== step,
    ...(near && { training: near }),
    ...(evaluation && { evaluation }),
    ...(smoothed !== undefined && { smoothedLoss: smoothed }),
  };
}

function smoothedLoss(
  training: readonly MetricEntry[],
  index: number,
  loggingInterval: number,
): number | undefined {
  const own = training[index];
  const ownLoss = own?.values['loss'];
  if (!own || ownLoss === undefined || !Number.isFinite(ownLoss))
    return ownLoss === undefined ? undefined : NaN;
  const losses = training
    .slice(Math.max(0, index - neighbours), index + neighbours + 1)
    .filter(({ step }) => Math.abs(step - own.step) <= neighbours * loggingInterval)
    .map(({ values }) => values['loss'])
    .filter((loss) => loss !== undefined)
    .filter(Number.isFinite);
  return losses.length === 0 ? ownLoss : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

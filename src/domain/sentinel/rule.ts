import type { MetricEntry } from '../metrics.js';
import type { RuleName } from './rule-names.js';

/** Figures by name, as an alarm shows them: keys of the log, or names such as `free disk, bytes`. */
export type Figures = Readonly<Record<string, number>>;

/**
 * What a rule says of one entry or look. Undefined in its place: nothing, so that it neither begins nor ends. A figure
 * that is not finite says nothing to a rule that compares, since a comparison with NaN is false.
 */
export type Judgement =
  | { readonly bad: false }
  | {
      readonly bad: true;
      readonly figures: Figures;
      /** First step of what is wrong, where it began before this entry. */
      readonly sinceStep?: number;
      /** Last step before that. */
      readonly healthyStep?: number;
    };

export const healthy: Judgement = { bad: false };

/** A card as it was read at one moment; what it does not tell is absent. */
export interface GpuReading {
  /** Epoch ms. */
  readonly atMs: number;
  readonly usePercent?: number;
  readonly temperatureCelsius?: number;
  readonly memoryUsedBytes?: number;
  readonly memoryTotalBytes?: number;
}

/** Room on the disk of the run, and what its next checkpoint will take. */
export interface DiskReading {
  readonly freeBytes: number;
  readonly nextCheckpointBytes: number;
}

/** A look at a run between its entries. */
export interface Look {
  /** Epoch ms. */
  readonly nowMs: number;
  readonly phase: 'loading' | 'training' | 'saving';
  /** The output says that memory ran out. */
  readonly outOfMemory: boolean;
  readonly gpu?: GpuReading;
  readonly disk?: DiskReading;
}

/** A rule at work on one run: it remembers what it must. */
export interface Detector {
  /** `nowMs`: when the entry was seen, epoch ms. */
  observe?(entry: MetricEntry, nowMs: number): Judgement | undefined;
  look?(look: Look): Judgement | undefined;
}

/** A rule: how it is told, and how a detector of it is made. */
export interface Rule {
  readonly name: RuleName;
  /** So many bad judgements in a row (those that say nothing aside) begin an episode. */
  readonly beginAfter: number;
  /** So many healthy ones in a row end it. */
  readonly endAfter: number;
  /** While it applies the weights are in doubt: checkpoints written meanwhile are not healthy. */
  readonly spoils?: true;
  /** What is the case, one sentence without its end, e.g. `Loss is NaN`. */
  say(figures: Figures): string;
  detect(): Detector;
}

/** A measured figure within a sentence: four significant digits. */
export function show(value: number | undefined): string {
  if (value === undefined) return 'unknown';
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

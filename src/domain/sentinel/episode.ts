import type { Figures } from './rule.js';
import type { RuleLevel, RuleName } from './rule-names.js';

/** A stretch of a run in which a rule applied. One episode is one alarm. */
export interface Begun {
  readonly rule: RuleName;
  /** The rule's first episode of this attempt is 1: with the job and the attempt it names the episode for good. */
  readonly number: number;
  /** The step at which it was told; absent before the first entry. */
  readonly step?: number;
  /** First step of what is wrong. */
  readonly sinceStep?: number;
  /** The last step that no open episode puts in doubt: checkpoints up to it are healthy. Absent: none is known. */
  readonly healthyStep?: number;
  /** Epoch ms. */
  readonly atMs: number;
  readonly figures: Figures;
  /** What is the case: `Loss is NaN`. */
  readonly sentence: string;
}

export interface Ended {
  readonly rule: RuleName;
  readonly number: number;
  readonly step?: number;
  readonly atMs: number;
}

export interface SentinelChanges {
  readonly began: readonly Begun[];
  readonly ended: readonly Ended[];
}

/** A checkpoint to go on from. */
export interface HealthyCheckpoint {
  readonly step: number;
  readonly path: string;
}

/** An episode as it is kept. */
export interface Episode extends Begun {
  readonly id: number;
  readonly jobId: number;
  readonly attempt: number;
  /** What the rule did when it began. */
  readonly level: RuleLevel;
  /** The last whole checkpoint before it, when it began. */
  readonly checkpoint?: HealthyCheckpoint;
  readonly end?: { readonly step?: number; readonly atMs: number };
}

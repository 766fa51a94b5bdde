import type { Overrides, TrainPlan } from '../../domain/train-plan.js';

/** A method that the toolset on this machine really has. */
export interface TrainingChoice {
  readonly platform: string;
  readonly platformLabel: string;
  readonly method: string;
  readonly methodLabel: string;
}

export interface TrainRequest {
  readonly platform: string;
  readonly method: string;
  readonly overrides: Overrides;
  /** What the person chose or typed: looked up among the checkpoints found, never joined into a path. */
  readonly resumeFrom?: string;
  readonly dryRun: boolean;
  readonly note?: string;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** Plans of trainings, from the toolset's manifest, its files and this machine. */
export interface TrainingDesk {
  /** What can be trained here: methods of the manifest whose folder exists. */
  listChoices(): readonly TrainingChoice[];
  /** Datasets of the toolset that match what was typed, newest first; `value` is what `overrides.dataset` takes. */
  completeDatasets(
    typed: string,
    choice?: { platform?: string; method?: string },
  ): Promise<readonly NamedValue[]>;
  /** Whole checkpoints, newest run first; `value` is what `resumeFrom` takes. */
  completeCheckpoints(
    typed: string,
    choice?: { platform?: string; method?: string },
  ): Promise<readonly NamedValue[]>;
  /**
   * Reads config and dataset, checks overrides, computes the plan and its preflight. What is wrong with the machine or the
   * data is a finding of the plan; what is wrong with the request (unknown method, an override out of range or without a
   * flag) is a UserError.
   */
  plan(request: TrainRequest): Promise<TrainPlan>;
  /** What changed since the plan was made: pinned files, by name, a sentence each. Empty: nothing. */
  compare(plan: TrainPlan): Promise<readonly string[]>;
  /** Makes the same request anew. */
  replan(plan: TrainPlan): Promise<TrainPlan>;
}

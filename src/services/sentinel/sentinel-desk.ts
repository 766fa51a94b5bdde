import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import type { Episode, HealthyCheckpoint } from '../../domain/sentinel/episode.js';
import type { RuleLevel, RuleName } from '../../domain/sentinel/rule-names.js';
import type { Thresholds } from '../../domain/sentinel/thresholds.js';
import type { SettledLevel } from './rule-levels.js';
import type { TrainPlan } from '../../domain/train-plan.js';

/** One rule as people see it. */
export interface RuleState extends SettledLevel {
  readonly rule: RuleName;
  /** What it watches for, with its limits. */
  readonly description: string;
  /** Of a job: how many episodes it had, and whether one goes on. */
  readonly episodes: number;
  readonly open: boolean;
}

/** What resuming before an episode came to. */
export interface ResumedPlan {
  readonly plan: TrainPlan;
  readonly checkpoint: HealthyCheckpoint;
  /** Whether the plan has half the learning rate; not where the trainer has no flag for it. */
  readonly halved: boolean;
}

/** What commands and messages may do with the sentinel. */
export interface SentinelDesk {
  readonly thresholds: Thresholds;
  episode(id: number): Episode | undefined;
  /** In the order in which they began. */
  listEpisodes(jobId: number): readonly Episode[];
  /** Rules with their levels: those that apply to the job, or all of them. Throws UserError when there is no such job. */
  listRules(jobId: number | undefined, guildId: string): readonly RuleState[];
  /**
   * Sets a rule for a job (one's own, or as an administrator), or for good (administrators alone). Level undefined: as if
   * it had not been set. Throws UserError for a job that does not exist or is over, and without the right.
   */
  setLevel(change: {
    readonly rule: RuleName;
    readonly level: RuleLevel | undefined;
    readonly jobId: number | undefined;
    readonly actor: Actor;
  }): SettledLevel;
  /** Silences the rule of an episode for its job. Rights as `setLevel`. */
  ignore(episodeId: number, actor: Actor): { readonly episode: Episode; readonly job: Job };
  /**
   * Plans the training anew from the last healthy checkpoint before the episode that is still there and whole, with half
   * the learning rate. Throws UserError without the right to the job, and when there is no such checkpoint.
   */
  planResume(episodeId: number, actor: Actor): Promise<ResumedPlan & { readonly job: Job }>;
}

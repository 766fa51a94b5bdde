import type { Job, Snowflake } from '../../domain/job.js';
import type { Begun, Ended, Episode, HealthyCheckpoint } from '../../domain/sentinel/episode.js';
import type { GpuReading } from '../../domain/sentinel/rule.js';
import type { LevelChoices, RuleLevel, RuleName } from '../../domain/sentinel/rule-names.js';

/** An episode that has just begun, and what its rule is to do about it. */
export interface NewEpisode {
  readonly begun: Begun;
  readonly level: RuleLevel;
  readonly checkpoint?: HealthyCheckpoint;
}

export interface EpisodeChanges {
  readonly began: readonly NewEpisode[];
  readonly ended: readonly Ended[];
  /** The child has ended: nothing is left to stop. */
  readonly over: boolean;
  /** Epoch ms. */
  readonly at: number;
}

export interface EpisodeStore {
  /** In the order in which they began. Without `attempt`: of all. */
  list(jobId: number, attempt?: number): readonly Episode[];
  get(id: number): Episode | undefined;
  /**
   * Writes what began and ended in one transaction with all that follows of it: the notice of an alarm, the warning that
   * the job is told with, the wish to cancel of an auto-stop. An episode that is known already is left as it is, so an
   * alarm is written once however often a log is read. Of a job that is over nothing is written. Returns whether anything was.
   */
  record(jobId: number, changes: EpisodeChanges): boolean;
}

/** What people set. `jobId` undefined: for good. */
export interface RuleLevelStore {
  get(jobId: number | undefined): LevelChoices;
  /** Level undefined: as if it had never been set. */
  set(change: {
    readonly jobId: number | undefined;
    readonly rule: RuleName;
    readonly level: RuleLevel | undefined;
    readonly by: Snowflake;
    readonly at: number;
  }): void;
}

/** Cards as they were last read, for the job that has one. Undefined: nothing is known. */
export type ReadGpu = (job: Job) => GpuReading | undefined;

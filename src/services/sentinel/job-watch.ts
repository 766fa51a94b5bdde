import type { Job } from '../../domain/job.js';
import type { MetricEntry } from '../../domain/metrics.js';
import type { Begun, Ended, SentinelChanges } from '../../domain/sentinel/episode.js';
import type { DiskReading, Look } from '../../domain/sentinel/rule.js';
import type { LevelChoices } from '../../domain/sentinel/rule-names.js';
import { rulesFor } from '../../domain/sentinel/rules.js';
import { createSentinel, type Sentinel } from '../../domain/sentinel/sentinel.js';
import type { Thresholds } from '../../domain/sentinel/thresholds.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import type { Clock } from '../jobs/ports.js';
import { readDisk } from './disk-reading.js';
import { findHealthyCheckpoint } from './healthy-checkpoint.js';
import type { EpisodeStore, NewEpisode, ReadGpu, RuleLevelStore } from './ports.js';
import { settleLevels } from './rule-levels.js';

/** What a look at a running training brought. */
export interface Seen extends Pick<Look, 'phase' | 'outOfMemory'> {
  /** New entries, in the order of the log. */
  readonly entries: readonly MetricEntry[];
  /** The log was cut or replaced: entries of earlier looks no longer count. */
  readonly restarted: boolean;
  readonly runPath: string | undefined;
  /** The child has ended. */
  readonly over: boolean;
}

/** Watches one attempt of one job. */
export interface JobWatch {
  /** True when an episode was written that messages show. Rejects when it cannot be written: it is tried again at the next look. */
  see(seen: Seen): Promise<boolean>;
}

export interface JobWatchParts {
  readonly job: Job;
  readonly plan: TrainPlan;
  readonly episodes: EpisodeStore;
  readonly ruleLevels: RuleLevelStore;
  readonly thresholds: Thresholds;
  /** Levels of the settings file. */
  readonly levels: LevelChoices;
  readonly clock: Clock;
  readonly readGpu?: ReadGpu;
}

/** A disk fills in minutes, not in seconds, and a checkpoint has many files. */
const diskEveryMs = 30_000;

/** The sentinel at work on one attempt: its rules, and what follows of them. */
export function createJobWatch(parts: JobWatchParts): JobWatch {
  const { job, plan, episodes, clock } = parts;
  const rules = rulesFor(plan.method, parts.thresholds);
  const look = createMachineLook(parts);
  let sentinel: Sentinel | undefined;
  /** Not yet written. */
  let began: Begun[] = [];
  let ended: Ended[] = [];

  function makeSentinel(): Sentinel {
    // A resumed run's log begins with the entries of the run before, which were judged there.
    const judgedStep = plan.resumeFrom?.step;
    const known = episodes.list(job.id, job.attempts);
    return createSentinel(rules, { known, ...(judgedStep !== undefined && { judgedStep }) });
  }

  function keep(changes: SentinelChanges): void {
    began.push(...changes.began);
    ended.push(...changes.ended);
  }

  /** Those of a job that is over, or that were known, are passed over by the store. */
  async function write({ runPath, over }: Seen): Promise<boolean> {
    if (began.length + ended.length === 0) return false;
    const found = await Promise.all(
      began.map((begun) => findHealthyCheckpoint(plan, runPath, begun.healthyStep)),
    );
    const levelOf = settleLevels(parts.ruleLevels, parts.levels, job.id);
    const written = began.map((begun, index): NewEpisode => {
      const checkpoint = found[index];
      return { begun, level: levelOf(begun.rule).level, ...(checkpoint && { checkpoint }) };
    });
    const changed = episodes.record(job.id, { began: written, ended, over, at: clock() });
    began = [];
    ended = [];
    return changed;
  }

  return {
    async see(seen) {
      const nowMs = clock();
      if (seen.restarted) sentinel = undefined;
      const watching = (sentinel ??= makeSentinel());
      for (const entry of seen.entries) keep(watching.observe(entry, nowMs));
      keep(watching.look(await look(seen, nowMs)));
      return write(seen);
    },
  };
}

/** Readings of the machine; the disk is read now and then. */
function createMachineLook({ job, plan, readGpu }: JobWatchParts) {
  let disk: DiskReading | undefined;
  let diskReadMs = -Infinity;
  return async ({ phase, outOfMemory, runPath, over }: Seen, nowMs: number): Promise<Look> => {
    if (runPath !== undefined && !over && nowMs - diskReadMs >= diskEveryMs) {
      diskReadMs = nowMs;
      disk = await readDisk(runPath, plan.layout);
    }
    const gpu = readGpu?.(job);
    // Of a child that has ended, time says nothing more.
    const lookPhase = over ? 'saving' : phase;
    return { nowMs, phase: lookPhase, outOfMemory, ...(gpu && { gpu }), ...(disk && { disk }) };
  };
}

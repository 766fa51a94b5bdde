import { hasRight, type Access, type Actor } from '../../domain/access.js';
import { isEnded, type Job } from '../../domain/job.js';
import type { Episode } from '../../domain/sentinel/episode.js';
import { ruleNames, type LevelChoices } from '../../domain/sentinel/rule-names.js';
import { describeRules, ruleNamesFor } from '../../domain/sentinel/rules.js';
import type { Thresholds } from '../../domain/sentinel/thresholds.js';
import { UserError } from '../../domain/user-error.js';
import type { Clock, JobStore } from '../jobs/ports.js';
import type { TrainingDesk } from '../training/training-desk.js';
import type { EpisodeStore, RuleLevelStore } from './ports.js';
import { planResume } from './plan-resume.js';
import { settleLevels } from './rule-levels.js';
import type { RuleState, SentinelDesk } from './sentinel-desk.js';

export interface SentinelDeskParts {
  readonly jobs: Pick<JobStore, 'get'>;
  readonly episodes: EpisodeStore;
  readonly ruleLevels: RuleLevelStore;
  readonly training: Pick<TrainingDesk, 'plan'>;
  readonly thresholds: Thresholds;
  readonly levels: LevelChoices;
  readonly access: Access;
  readonly clock: Clock;
}

/** The desk over what the sentinel keeps. */
export function createSentinelDesk(parts: SentinelDeskParts): SentinelDesk {
  const { jobs, episodes, ruleLevels, thresholds, levels, access, clock } = parts;
  const descriptions = describeRules(thresholds);

  function requireJob(id: number, guildId: string): Job {
    const job = jobs.get(id);
    if (job && job.guildId === guildId) return job;
    throw new UserError(`There is no job ${id}.`, 'Look at the job messages in this channel for its number.');
  }

  function requireOwn(id: number, actor: Actor): Job {
    const job = requireJob(id, actor.guildId);
    if (job.requestedBy === actor.userId || hasRight(actor, access, 'administer')) return job;
    throw new UserError(
      `Job ${id} belongs to <@${job.requestedBy}>.`,
      'Only they or an administrator may do that.',
    );
  }

  function requireEpisode(id: number, actor: Actor): { episode: Episode; job: Job } {
    const episode = episodes.get(id);
    if (episode) return { episode, job: requireOwn(episode.jobId, actor) };
    throw new UserError('This alarm is not known any more.', 'Use the buttons of the job’s newest message.');
  }

  function listRules(jobId: number | undefined, guildId: string): readonly RuleState[] {
    const job = jobId === undefined ? undefined : requireJob(jobId, guildId);
    const levelOf = settleLevels(ruleLevels, levels, job?.id);
    const seen = job ? episodes.list(job.id) : [];
    const names = job?.plan.kind === 'train' ? ruleNamesFor(job.plan.method) : ruleNames;
    return names.map((rule) => {
      const own = seen.filter((episode) => episode.rule === rule);
      const open = own.some(({ end }) => end === undefined);
      return { rule, description: descriptions[rule], ...levelOf(rule), episodes: own.length, open };
    });
  }

  const setLevel: SentinelDesk['setLevel'] = ({ rule, level, jobId, actor }) => {
    if (jobId === undefined && !hasRight(actor, access, 'administer')) {
      throw new UserError(
        'Only an administrator may set a rule for good.',
        'Name a job of yours to set it for that one.',
      );
    }
    const job = jobId === undefined ? undefined : requireOwn(jobId, actor);
    if (job && isEnded(job.state)) throw new UserError(`Job ${job.id} is over: nothing watches it any more.`);
    ruleLevels.set({ jobId, rule, level, by: actor.userId, at: clock() });
    return settleLevels(ruleLevels, levels, jobId)(rule);
  };

  return {
    thresholds,
    episode: (id) => episodes.get(id),
    listEpisodes: (jobId) => episodes.list(jobId),
    listRules,
    setLevel,
    ignore(id, actor) {
      const { episode, job } = requireEpisode(id, actor);
      setLevel({ rule: episode.rule, level: 'silent', jobId: job.id, actor });
      return { episode, job };
    },
    async planResume(id, actor) {
      const { episode, job } = requireEpisode(id, actor);
      return { job, ...(await planResume(parts.training, job, episode)) };
    },
  };
}

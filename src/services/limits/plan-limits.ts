import { hasRight, type Access, type Actor } from '../../domain/access.js';
import { UserError } from '../../domain/user-error.js';
import type { Clock, JobStore, PlanStore } from '../jobs/ports.js';
import { inWords } from './in-words.js';

/** What one person may have at once. Administrators may have more. Each throws UserError when there is no room. */
export interface PlanLimits {
  /** Before a plan is stored for this person. */
  requireRoomForPlan(actor: Actor): void;
  /** Before `count` jobs are queued for the person who asked for them, in the same turn as they are queued. */
  requireRoomForJobs(requestedBy: string, presser: Actor, count: number): void;
}

export interface PlanLimitsParts {
  readonly plans: Pick<PlanStore, 'countOpen'>;
  readonly jobs: Pick<JobStore, 'list'>;
  readonly access: Access;
  readonly clock: Clock;
  readonly plansOpen: number;
  readonly jobsWaiting: number;
}

/** The limits over what the stores hold, so that they survive a restart. */
export function createPlanLimits(parts: PlanLimitsParts): PlanLimits {
  const { plans, jobs, access, clock, plansOpen, jobsWaiting } = parts;
  const isBound = (actor: Actor): boolean => !hasRight(actor, access, 'administer');

  return {
    requireRoomForPlan(actor) {
      if (!isBound(actor)) return;
      const now = clock();
      const { count, nextExpiryAt } = plans.countOpen(actor.userId, now);
      if (count < plansOpen) return;
      const free = nextExpiryAt === undefined ? 'soon' : `in ${inWords(nextExpiryAt - now)}`;
      throw new UserError(
        `You have ${counted(count, 'plan')} open, and ${plansOpen} at once are allowed.`,
        `Start or cancel one of them, or try again ${free}, when the oldest expires.`,
      );
    },
    requireRoomForJobs(requestedBy, presser, count) {
      if (!isBound(presser)) return;
      const waiting = jobs.list({ states: ['queued'], requestedBy, limit: jobsWaiting }).length;
      if (waiting + count <= jobsWaiting) return;
      const asked = count === 1 ? '' : ` This would add ${count}.`;
      throw new UserError(
        `You have ${counted(waiting, 'job')} waiting, and ${jobsWaiting} at once are allowed.${asked}`,
        'Nothing was started. Press again when one of them has started, or cancel one; its message says its place.',
      );
    },
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

import { hasRight, type Access, type Actor } from '../../domain/access.js';
import {
  blockersOf,
  jobKindOf,
  overwritesOf,
  planLifetimeMs,
  plansOf,
  type PlanState,
  type ProposedPlan,
  type StoredPlan,
} from '../../domain/plan.js';
import { UserError } from '../../domain/user-error.js';
import { rulesOf, type JobKindRules, type KindTable } from '../jobs/kinds.js';
import type { Clock, PlanStore } from '../jobs/ports.js';
import type { PlanLimits } from '../limits/plan-limits.js';
import type { ConfirmResult, PlanDesk } from './plan-desk.js';

export interface PlanDeskParts {
  readonly plans: PlanStore;
  readonly kinds: KindTable;
  readonly clock: Clock;
  readonly access: Access;
  /** Where job messages go; undefined: where the command was given. */
  readonly jobChannel: string | undefined;
  /** What one person may have at once; absent: no limits. */
  readonly limits?: PlanLimits;
  /** Called when jobs were queued. */
  readonly onQueued: (jobIds: readonly number[]) => void;
}

/** Plan desk plus the step that lets plans expire, to be called by the app's clockwork. */
export interface PlanDeskWithExpiry extends PlanDesk {
  expireDue(): void;
}

/** The desk over the plan store. */
export function createPlanDesk(parts: PlanDeskParts): PlanDeskWithExpiry {
  const { plans, kinds, clock, access, jobChannel, limits, onQueued } = parts;
  const listeners = new Set<(plan: StoredPlan) => void>();

  function requireKnown(id: string, actor: Actor): StoredPlan {
    const stored = plans.get(id);
    if (stored?.guildId === actor.guildId) return stored;
    throw new UserError('This plan is not known any more.', 'Give the command again.');
  }

  function requirePresser(id: string, actor: Actor): StoredPlan {
    const stored = requireKnown(id, actor);
    if (stored.requestedBy !== actor.userId && !hasRight(actor, access, 'administer')) {
      throw new UserError(
        `This plan belongs to <@${stored.requestedBy}>.`,
        'Only they or an administrator may press its buttons. Make your own with the same command.',
      );
    }
    return stored;
  }

  function store(
    plan: ProposedPlan,
    owner: { userId: string; guildId: string; channelId: string },
  ): StoredPlan {
    const now = clock();
    return plans.create({
      plan,
      requestedBy: owner.userId,
      guildId: owner.guildId,
      channelId: owner.channelId,
      createdAt: now,
      expiresAt: now + planLifetimeMs,
    });
  }

  /** In place of an open plan, for the same person; undefined when it was no longer open. */
  function supersede(old: StoredPlan, plan: ProposedPlan): StoredPlan | undefined {
    const owner = { userId: old.requestedBy, guildId: old.guildId, channelId: old.channelId };
    const replacement = store(plan, owner);
    if (plans.close(old.id, { name: 'replaced', at: clock(), by: replacement.id })) {
      if (old.messageId !== undefined) plans.setMessage(replacement.id, old.messageId);
      return replacement;
    }
    plans.close(replacement.id, { name: 'cancelled', at: clock(), by: old.requestedBy });
    return undefined;
  }

  function currentState(id: string): ConfirmResult {
    const stored = plans.get(id);
    if (!stored) throw new Error(`No plan ${id}`);
    return { outcome: 'not-open', state: stored.state };
  }

  async function confirm(
    id: string,
    actor: Actor,
    { overwrite = false }: { readonly overwrite?: boolean } = {},
  ): Promise<ConfirmResult> {
    const stored = requirePresser(id, actor);
    if (stored.state.name !== 'open') return { outcome: 'not-open', state: stored.state };
    if (stored.expiresAt <= clock()) {
      expire(stored);
      return currentState(id);
    }
    const blockers = blockersOf(stored.plan);
    if (blockers[0])
      throw new UserError(blockers.map((blocker) => blocker.message).join(' '), blockers[0].remedy);
    if (overwrite) requireOverwriteAsked(stored);
    const rules = rulesOf(kinds, jobKindOf(stored.plan));
    const changes = await compareAll(rules, stored.plan);
    if (changes.length > 0) {
      const replacement = supersede(stored, await rules.replan(stored.plan));
      return replacement ? { outcome: 'changed', replacement, changes } : currentState(id);
    }
    // Another press may have won meanwhile: the jobs that it queued are no reason to refuse this one.
    if (plans.get(id)?.state.name !== 'open') return currentState(id);
    if (overwritesOf(stored.plan).length > 0 && !overwrite) return askOverwrite(id, actor);
    limits?.requireRoomForJobs(stored.requestedBy, actor, plansOf(stored.plan).length);
    const result = plans.confirm(id, actor.userId, clock(), jobChannel ?? stored.channelId);
    if (result.outcome === 'confirmed') onQueued(result.jobs.map((job) => job.id));
    return result;
  }

  function askOverwrite(id: string, actor: Actor): ConfirmResult {
    plans.askOverwrite(id, actor.userId, clock());
    const stored = plans.get(id);
    return stored?.state.name === 'open' ? { outcome: 'asks-overwrite', stored } : currentState(id);
  }

  function expire(stored: StoredPlan): void {
    if (plans.close(stored.id, { name: 'expired', at: clock() })) tellClosed(stored.id);
  }

  function tellClosed(id: string): void {
    const closed = plans.get(id);
    if (closed) for (const listener of listeners) listener(closed);
  }

  function withdraw(id: string, actor: Actor): PlanState {
    const { state } = requirePresser(id, actor);
    if (state.name === 'replaced') return withdraw(state.by, actor);
    if (plans.close(id, { name: 'cancelled', by: actor.userId, at: clock() })) tellClosed(id);
    return plans.get(id)?.state ?? state;
  }

  return {
    propose(plan, actor) {
      limits?.requireRoomForPlan(actor);
      return store(plan, actor);
    },
    get: plans.get,
    setMessage: plans.setMessage,
    confirm,
    requirePresser,
    requireKnown,
    replan: (plan) => rulesOf(kinds, jobKindOf(plan)).replan(plan),
    withdraw,
    cancel(id, actor) {
      requirePresser(id, actor);
      plans.close(id, { name: 'cancelled', by: actor.userId, at: clock() });
      return plans.get(id)?.state ?? { name: 'expired', at: clock() };
    },
    replace(id, plan, actor) {
      const replacement = supersede(requirePresser(id, actor), plan);
      if (!replacement) {
        throw new UserError(
          'This plan is closed: it was started, cancelled or has expired.',
          'Give the command again.',
        );
      }
      return replacement;
    },
    onClosed(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    expireDue() {
      for (const due of plans.listDue(clock())) expire(due);
    },
  };
}

/** A second button that was forged, or pressed before the first told what is overwritten, does nothing. */
function requireOverwriteAsked({ plan, state }: StoredPlan): void {
  if (overwritesOf(plan).length > 0 && state.name === 'open' && state.overwriteAsked) return;
  throw new UserError(
    'Nobody was asked yet whether to overwrite.',
    'Press Upload first; nothing was started.',
  );
}

async function compareAll(rules: JobKindRules, plan: ProposedPlan): Promise<readonly string[]> {
  return (await Promise.all(plansOf(plan).map((each) => rules.compare(each)))).flat();
}

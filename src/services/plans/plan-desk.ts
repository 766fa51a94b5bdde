import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import type { Plan, PlanState, StoredPlan } from '../../domain/plan.js';

/** What a press of Start came to. */
export type ConfirmResult =
  | { readonly outcome: 'confirmed'; readonly jobs: readonly Job[] }
  /** Files changed since it was shown: nothing started, this new plan is to be shown instead, with what changed. */
  | { readonly outcome: 'changed'; readonly replacement: StoredPlan; readonly changes: readonly string[] }
  /** It had been confirmed, cancelled, replaced or had expired before. */
  | { readonly outcome: 'not-open'; readonly state: PlanState };

/** Plans from the moment they are shown to the press that confirms or cancels them. */
export interface PlanDesk {
  /**
   * Stores a plan to be shown with buttons; it expires after 15 minutes. Throws UserError when this person has too many
   * open.
   */
  propose(plan: Plan, actor: Actor): StoredPlan;
  get(id: string): StoredPlan | undefined;
  /** Tells where the plan is shown, so that its expiry can be shown there. */
  setMessage(id: string, messageId: string): void;
  /**
   * Checks who presses (the person who asked or an administrator), compares the pinned files, and queues the jobs. Exactly
   * one press wins, however many come. Throws UserError for the wrong person, an unknown id, a plan with blockers, or too
   * many jobs of theirs waiting.
   */
  confirm(id: string, actor: Actor): Promise<ConfirmResult>;
  /** Throws UserError for the wrong person or unknown id; returns the state it is in afterwards. */
  cancel(id: string, actor: Actor): PlanState;
  /** Stores `plan` in place of an open one (after an edit). Throws UserError for the wrong person or a plan not open. */
  replace(id: string, plan: Plan, actor: Actor): StoredPlan;
  /** Throws UserError unless this person may press the plan's buttons. Returns the plan. */
  requirePresser(id: string, actor: Actor): StoredPlan;
  /** Calls the listener with each plan that has expired unpressed. */
  onExpired(listener: (plan: StoredPlan) => void): () => void;
}

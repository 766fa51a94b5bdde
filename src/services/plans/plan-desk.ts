import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import type { PlanState, ProposedPlan, StoredPlan } from '../../domain/plan.js';

/** What a press of Start came to. */
export type ConfirmResult =
  | { readonly outcome: 'confirmed'; readonly jobs: readonly Job[] }
  /** Files changed since it was shown: nothing started, this new plan is to be shown instead, with what changed. */
  | { readonly outcome: 'changed'; readonly replacement: StoredPlan; readonly changes: readonly string[] }
  /**
   * Nothing started: it would overwrite what is on the Hub. That this was asked stands in the plan's state now; only a
   * press with `overwrite` confirms.
   */
  | { readonly outcome: 'asks-overwrite'; readonly stored: StoredPlan }
  /** It had been confirmed, cancelled, replaced or had expired before. */
  | { readonly outcome: 'not-open'; readonly state: PlanState };

/** Plans from the moment they are shown to the press that confirms or cancels them. */
export interface PlanDesk {
  /**
   * Stores a plan to be shown with buttons; it expires after 15 minutes. Throws UserError when this person has too many
   * open.
   */
  propose(plan: ProposedPlan, actor: Actor): StoredPlan;
  get(id: string): StoredPlan | undefined;
  /** Tells where the plan is shown, so that its expiry can be shown there. */
  setMessage(id: string, messageId: string): void;
  /**
   * Checks who presses (the person who asked or an administrator), compares the pinned files, and queues the jobs. Exactly
   * one press wins, however many come. Throws UserError for the wrong person, an unknown id, a plan with blockers, or too
   * many jobs of theirs waiting. `overwrite`: the press of the second button of a plan that overwrites; UserError when the
   * first was not pressed before, or when nothing is overwritten.
   */
  confirm(id: string, actor: Actor, options?: { readonly overwrite?: boolean }): Promise<ConfirmResult>;
  /** Throws UserError for the wrong person or unknown id; returns the state it is in afterwards. */
  cancel(id: string, actor: Actor): PlanState;
  /** Stores `plan` in place of an open one (after an edit). Throws UserError for the wrong person or a plan not open. */
  replace(id: string, plan: ProposedPlan, actor: Actor): StoredPlan;
  /** Throws UserError unless this person may press the plan's buttons. Returns the plan. */
  requirePresser(id: string, actor: Actor): StoredPlan;
  /** The same request made anew, as its kind does it; not yet proposed. */
  replan(plan: ProposedPlan): Promise<ProposedPlan>;
  /** Throws UserError for an unknown id, or one of another server. */
  requireKnown(id: string, actor: Actor): StoredPlan;
  /**
   * As `cancel`, of the plan or the one shown in its place, and not from its own message: the listeners below are told, so
   * that it shows there.
   */
  withdraw(id: string, actor: Actor): PlanState;
  /** Calls the listener with each plan that closed without a press on its message: it expired, or was withdrawn. */
  onClosed(listener: (plan: StoredPlan) => void): () => void;
}

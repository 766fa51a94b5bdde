import type { ProposedPlan } from '../domain/plan.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import { planMessage } from '../views/plan-message.js';
import type { Invocation } from './command.js';

/** Stores a plan and shows it with its buttons, as the answer to what the person typed or chose. */
export async function proposePlan(
  plans: PlanDesk,
  plan: ProposedPlan,
  invocation: Pick<Invocation, 'actor' | 'reply'>,
): Promise<void> {
  const stored = plans.propose(plan, invocation.actor);
  plans.setMessage(stored.id, await invocation.reply(planMessage(stored)));
}

import type { Right } from '../domain/access.js';
import { jobKindOf, type PlanState, type StoredPlan } from '../domain/plan.js';
import type { TrainPlan } from '../domain/train-plan.js';
import { UserError } from '../domain/user-error.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import { cardMessage } from '../views/upload-card-message.js';
import { planEditModal } from '../views/plan-edit-modal.js';
import { closedPlanMessage, planMessage, planStateText, planStateWords } from '../views/plan-message.js';
import { wordMessage } from '../views/error-message.js';
import type { ActionGroup, ModalInvocation, PressInvocation } from './command.js';
import { editedRequest } from './edit-plan.js';
import { cardFilesOf, cardPreviewOf } from './plan-card.js';

export interface PlanActionParts {
  readonly plans: PlanDesk;
  readonly training: TrainingDesk;
  readonly uploads: UploadDesk;
  /** Where the messages of jobs go; undefined: where the plan is shown. */
  readonly jobsChannelId?: string;
}

/** The buttons of a plan and the modal that its Edit opens. */
export function createPlanActions(parts: PlanActionParts): ActionGroup {
  const rightOf = (args: readonly string[]): Right => {
    const plan = parts.plans.get(planIdOf(args))?.plan;
    return plan && jobKindOf(plan) === 'upload' ? 'upload' : 'train';
  };
  return {
    namespace: 'plan',
    actions: {
      start: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'update',
        run: (press) => startPlan(parts, press),
      },
      overwrite: {
        kind: 'press',
        right: 'upload',
        rightOf,
        acknowledge: 'update',
        run: (press) => startPlan(parts, press, true),
      },
      card: {
        kind: 'press',
        right: 'view',
        acknowledge: 'private',
        async run({ args, actor, reply }) {
          const stored = parts.plans.requireKnown(planIdOf(args), actor);
          await reply(cardMessage(await cardFilesOf(parts.uploads, stored.plan)));
        },
      },
      cancel: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'update',
        run: (press) => cancelPlan(parts, press),
      },
      edit: {
        kind: 'open-modal',
        right: 'train',
        rightOf,
        open: async ({ args, actor }) => {
          const stored = parts.plans.requirePresser(planIdOf(args), actor);
          return planEditModal(stored.id, requireEditable(stored));
        },
      },
      submit: {
        kind: 'modal',
        right: 'train',
        rightOf,
        acknowledge: 'update',
        run: (modal) => submitEdit(parts, modal),
      },
    },
  };
}

function planIdOf(args: readonly string[]): string {
  return args[0] ?? '';
}

async function startPlan(parts: PlanActionParts, press: PressInvocation, overwrite = false): Promise<void> {
  const id = planIdOf(press.args);
  const result = await parts.plans.confirm(id, press.actor, { overwrite });
  switch (result.outcome) {
    case 'confirmed':
      await showPlan(parts, id, press);
      return;
    case 'asks-overwrite':
      await showOpen(parts, result.stored, press);
      return;
    case 'changed': {
      const { replacement, changes } = result;
      await showOpen(parts, replacement, press, changes);
      return;
    }
    case 'not-open':
      await tellNotOpen(parts, id, result.state, press);
  }
}

async function cancelPlan(parts: PlanActionParts, press: PressInvocation): Promise<void> {
  const id = planIdOf(press.args);
  const before = parts.plans.requirePresser(id, press.actor).state;
  const after = parts.plans.cancel(id, press.actor);
  if (before.name === 'open' && after.name === 'cancelled') await showPlan(parts, id, press);
  else await tellNotOpen(parts, id, after, press);
}

/** The message is put right as well: it showed buttons of a plan that is no longer open. */
async function tellNotOpen(
  parts: PlanActionParts,
  id: string,
  state: PlanState,
  press: PressInvocation,
): Promise<void> {
  await showPlan(parts, id, press);
  await press.whisper(wordMessage(planStateText(state)));
}

/** Shows what is true of the plan now, or of the one that took its place. */
async function showPlan(parts: PlanActionParts, id: string, press: PressInvocation): Promise<void> {
  const stored = newestOf(parts.plans, id);
  if (stored === undefined) return;
  const { jobsChannelId } = parts;
  if (stored.state.name === 'open') {
    await showOpen(parts, stored, press);
  } else {
    await press.reply(closedPlanMessage(stored, jobsChannelId === undefined ? {} : { jobsChannelId }));
  }
}

/** An open plan with its buttons, an upload's with its model card; remembered where it is shown. */
async function showOpen(
  { plans, uploads }: PlanActionParts,
  stored: StoredPlan,
  press: PressInvocation,
  changes: readonly string[] = [],
): Promise<void> {
  const card = await cardPreviewOf(uploads, stored.plan);
  plans.setMessage(stored.id, await press.reply(planMessage(stored, { ...card, changes })));
}

/** Follows a plan to the one that is shown in its place. */
function newestOf(plans: PlanDesk, id: string): StoredPlan | undefined {
  const seen = new Set<string>();
  let stored = plans.get(id);
  while (stored?.state.name === 'replaced' && !seen.has(stored.id)) {
    seen.add(stored.id);
    stored = plans.get(stored.state.by) ?? stored;
  }
  return stored;
}

async function submitEdit({ plans, training }: PlanActionParts, modal: ModalInvocation): Promise<void> {
  const stored = plans.requirePresser(planIdOf(modal.args), modal.actor);
  const plan = await training.plan(editedRequest(requireEditable(stored), modal.fields));
  const replacement = plans.replace(stored.id, plan, modal.actor);
  plans.setMessage(replacement.id, await modal.reply(planMessage(replacement)));
}

function requireEditable({ plan, state }: StoredPlan): TrainPlan {
  if (state.name !== 'open')
    throw new UserError(planStateWords(state), 'Type the command again for a new plan.');
  if (plan.kind !== 'train') throw new UserError('This plan cannot be edited.', 'Cancel it and ask anew.');
  return plan;
}

import { UserError } from '../domain/user-error.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import type { ActionGroup } from './command.js';
import { proposePlan } from './propose-plan.js';

export interface CheckpointsActionParts {
  readonly runs: RunDesk;
  readonly training: TrainingDesk;
  readonly plans: PlanDesk;
}

/** The menu of `/checkpoints`: a plan that goes on from the chosen checkpoint, as `/train resume_from` makes it. */
export function createCheckpointsActions({ runs, training, plans }: CheckpointsActionParts): ActionGroup {
  return {
    namespace: 'checkpoints',
    actions: {
      resume: {
        kind: 'press',
        right: 'train',
        // In the channel: the plan has buttons, and its message is edited when it expires.
        acknowledge: 'channel',
        async run(press) {
          const request = await runs.requestResume(press.args[0] ?? '', stepOf(press.values[0]));
          await proposePlan(plans, await training.plan(request), press);
        },
      },
    },
  };
}

/** Parses the chosen step, which anyone can forge. Throws UserError. */
function stepOf(text = ''): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UserError('This choice is no longer known.', 'Give /checkpoints again and choose from its menu.');
}

import { UserError } from '../domain/user-error.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import { wholeRun } from '../views/checkpoints-controls.js';
import type { CheckpointsParts } from './checkpoints.js';
import type { ActionGroup } from './command.js';
import { comparison } from './compare.js';
import { proposePlan } from './propose-plan.js';

export interface CheckpointsActionParts extends CheckpointsParts {
  readonly training: TrainingDesk;
  readonly plans: PlanDesk;
}

/** The menus of `/checkpoints`: a plan that goes on from the chosen checkpoint, as `/train resume_from` makes it; `/compare` of some. */
export function createCheckpointsActions(parts: CheckpointsActionParts): ActionGroup {
  const { runs, training, plans } = parts;
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
      compare: {
        kind: 'press',
        right: 'view',
        acknowledge: 'private',
        async run({ args: [runId = ''], values, reply }) {
          const wanted = values.map((value) => (value === wholeRun ? runId : `${runId}@${stepOf(value)}`));
          await reply(await comparison(parts, wanted));
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

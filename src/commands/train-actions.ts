import { UserError } from '../domain/user-error.js';
import type { ActionGroup, PressInvocation } from './command.js';
import { proposePlan } from './propose-plan.js';
import { choiceValue } from './train.js';
import type { TrainParts } from './train.js';
import { possibleChoices, readDraft, settleRequest } from './train-request.js';

/** The menu that asks for platform and method. */
export function createTrainActions(parts: TrainParts): ActionGroup {
  return {
    namespace: 'train',
    actions: {
      choose: {
        kind: 'press',
        right: 'train',
        acknowledge: 'update',
        run: (press) => chooseTraining(parts, press),
      },
    },
  };
}

async function chooseTraining(parts: TrainParts, press: PressInvocation): Promise<void> {
  const [draftId = ''] = press.args;
  const json = parts.drafts.get(draftId);
  if (json === undefined) throw gone();
  const { requestedBy, request } = readDraft(json);
  if (press.actor.userId !== requestedBy) {
    throw new UserError(
      'Only the person who asked may choose here.',
      'Type /train yourself to start your own.',
    );
  }
  const possible = possibleChoices(parts.training.listChoices(), request);
  const choice = possible.find((each) => choiceValue(each) === press.values[0]);
  if (choice === undefined) {
    throw new UserError('That training is not possible here.', 'Choose another, or type /train again.');
  }
  const plan = await parts.training.plan(settleRequest(request, choice));
  // Taken last, after all that may be refused: two choices at once make one plan, a refused one can be corrected.
  if (parts.drafts.take(draftId) === undefined) throw gone();
  await proposePlan(parts.plans, plan, press);
}

function gone(): UserError {
  return new UserError('This question was answered already, or is too old.', 'Type /train again.');
}

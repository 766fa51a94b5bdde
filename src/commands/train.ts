import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { TrainingChoice, TrainingDesk } from '../services/training/training-desk.js';
import { chooseTrainingMessage } from '../views/choose-message.js';
import type { AutocompleteRequest, Choice, Command, CommandInvocation } from './command.js';
import type { DraftStore } from './draft.js';
import { defineTrain, methodsOf, platformsOf } from './define-train.js';
import { proposePlan } from './propose-plan.js';
import { parseTrainOptions, possibleChoices, settleRequest, writeDraft } from './train-request.js';

export interface TrainParts {
  readonly training: TrainingDesk;
  readonly plans: PlanDesk;
  readonly drafts: DraftStore;
}

/** `/train`: makes a plan and shows it with its buttons, or first asks what is to be trained. */
export function createTrainCommand(parts: TrainParts): Command {
  return {
    definition: defineTrain(parts.training.listChoices()),
    right: 'train',
    acknowledge: 'channel',
    run: (invocation) => runTrain(parts, invocation),
    autocomplete: (request) => completeTrain(parts.training, request),
  };
}

async function runTrain(parts: TrainParts, invocation: CommandInvocation): Promise<void> {
  const request = parseTrainOptions(invocation.options);
  const possible = possibleChoices(parts.training.listChoices(), request);
  if (possible.length === 1) {
    const plan = await parts.training.plan(settleRequest(request, possible[0]));
    await proposePlan(parts.plans, plan, invocation);
    return;
  }
  const requestedBy = invocation.actor.userId;
  const draftId = parts.drafts.put(writeDraft({ requestedBy, request }));
  await invocation.reply(chooseTrainingMessage(draftId, possible.map(menuEntry), requestedBy));
}

function menuEntry(choice: TrainingChoice) {
  return {
    label: `${choice.methodLabel} on ${choice.platformLabel}`,
    value: choiceValue(choice),
    description: `platform:${choice.platform} method:${choice.method}`,
  };
}

/** How a choice is named in a select menu. It is compared with what is possible, never taken apart. */
export function choiceValue({ platform, method }: TrainingChoice): string {
  return `${platform}/${method}`;
}

async function completeTrain(
  training: TrainingDesk,
  { option, typed, options }: AutocompleteRequest,
): Promise<readonly Choice[]> {
  const chosen = {
    ...(typeof options['platform'] === 'string' ? { platform: options['platform'] } : {}),
    ...(typeof options['method'] === 'string' ? { method: options['method'] } : {}),
  };
  switch (option) {
    case 'dataset':
      return training.completeDatasets(typed, chosen);
    case 'resume_from':
      return training.completeCheckpoints(typed, chosen);
    case 'platform':
      return matching(platformsOf(training.listChoices()), typed);
    case 'method':
      return matching(methodsOf(training.listChoices()), typed);
    default:
      return [];
  }
}

function matching(choices: readonly Choice[], typed: string): Choice[] {
  const part = typed.toLowerCase();
  return choices.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(part));
}

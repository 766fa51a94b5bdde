import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import { SlashCommandBuilder } from '@discordjs/builders';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { TrainingChoice, TrainingDesk } from '../services/training/training-desk.js';
import { chooseTrainingMessage } from '../views/choose-message.js';
import type { AutocompleteRequest, Choice, Command, CommandInvocation } from './command.js';
import type { DraftStore } from './draft.js';
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
  if (option === 'dataset') return training.completeDatasets(typed, chosen);
  if (option === 'resume_from') return training.completeCheckpoints(typed, chosen);
  return [];
}

function defineTrain(choices: readonly TrainingChoice[]): RESTPostAPIChatInputApplicationCommandsJSONBody {
  const platforms = choices.map(({ platform, platformLabel }) => ({ name: platformLabel, value: platform }));
  const methods = choices.map(({ method, methodLabel }) => ({ name: methodLabel, value: method }));
  return (
    new SlashCommandBuilder()
      .setName('train')
      .setDescription('Plan a training run; it starts when you press Start')
      .addStringOption((option) =>
        option
          .setName('platform')
          .setDescription('Where it trains')
          .setChoices(...distinct(platforms)),
      )
      .addStringOption((option) =>
        option
          .setName('method')
          .setDescription('How it trains')
          .setChoices(...distinct(methods)),
      )
      .addStringOption((option) =>
        option.setName('model').setDescription('Base model, instead of the config file’s'),
      )
      .addStringOption((option) =>
        option.setName('dataset').setDescription('Dataset of the toolset').setAutocomplete(true),
      )
      .addNumberOption((option) => option.setName('epochs').setDescription('Passes over the dataset'))
      .addIntegerOption((option) => option.setName('max_steps').setDescription('Stop after so many steps'))
      .addIntegerOption((option) => option.setName('batch_size').setDescription('Examples a device and step'))
      // Text: Discord's number field does not take 2e-6, which is how people write it.
      .addStringOption((option) =>
        option.setName('learning_rate').setDescription('For example 2e-6 or 0.0002'),
      )
      .addStringOption((option) =>
        option.setName('resume_from').setDescription('Checkpoint to go on from').setAutocomplete(true),
      )
      .addBooleanOption((option) =>
        option.setName('dry_run').setDescription('Set everything up, train nothing'),
      )
      .addStringOption((option) =>
        option.setName('note').setDescription('A word about this run, kept with it').setMaxLength(200),
      )
      .toJSON()
  );
}

/** Discord's limit of choices; what does not fit can still be reached by the menu. */
const maxChoices = 25;

function distinct(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.value, choice])).values()].slice(0, maxChoices);
}

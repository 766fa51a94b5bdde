import type { SlashCommandStringOption } from '@discordjs/builders';
import { SlashCommandBuilder } from '@discordjs/builders';
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10';
import type { TrainingChoice } from '../services/training/training-desk.js';
import { truncate } from '../views/text.js';
import type { Choice } from './command.js';

/** `/train` as it is registered: platforms and methods are those that the toolset has at the start of the bot. */
export function defineTrain(
  choices: readonly TrainingChoice[],
): RESTPostAPIChatInputApplicationCommandsJSONBody {
  return (
    new SlashCommandBuilder()
      .setName('train')
      .setDescription('Plan a training run; it starts when you press Start')
      .addStringOption((option) =>
        offer(option, platformsOf(choices)).setName('platform').setDescription('Where it trains'),
      )
      .addStringOption((option) =>
        offer(option, methodsOf(choices)).setName('method').setDescription('How it trains'),
      )
      .addStringOption((option) =>
        option.setName('model').setDescription('Base model, instead of the one in the config file'),
      )
      .addStringOption((option) =>
        option.setName('dataset').setDescription('Dataset of the toolset').setAutocomplete(true),
      )
      .addNumberOption((option) => option.setName('epochs').setDescription('Passes over the dataset'))
      .addIntegerOption((option) => option.setName('max_steps').setDescription('Stop after so many steps'))
      .addIntegerOption((option) => option.setName('batch_size').setDescription('Examples a device and step'))
      // Text: people write 2e-6, which a number field of Discord's clients does not promise to take.
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

export function platformsOf(choices: readonly TrainingChoice[]): Choice[] {
  return distinct(choices.map(({ platform, platformLabel }) => ({ name: platformLabel, value: platform })));
}

export function methodsOf(choices: readonly TrainingChoice[]): Choice[] {
  return distinct(choices.map(({ method, methodLabel }) => ({ name: methodLabel, value: method })));
}

function distinct(choices: readonly Choice[]): Choice[] {
  const byValue = new Map(choices.map(({ name, value }) => [value, { name: truncate(name, 100), value }]));
  return [...byValue.values()];
}

/** Discord's limit of fixed choices; more are completed while they are typed. */
const maxChoices = 25;

function offer(option: SlashCommandStringOption, choices: readonly Choice[]): SlashCommandStringOption {
  if (choices.length > maxChoices) return option.setAutocomplete(true);
  return choices.length === 0 ? option : option.setChoices(...choices);
}

import { SlashCommandBuilder, SlashCommandStringOption } from '@discordjs/builders';
import { compareChart, compareMessage } from '../views/compare-message.js';
import { UserError } from '../domain/user-error.js';
import type { MessageBody } from '../views/message.js';
import type { CheckpointsParts } from './checkpoints.js';
import type { Command } from './command.js';

const names = ['first', 'second', 'third', 'fourth'] as const;

const definition = names
  .map((name, index) =>
    new SlashCommandStringOption()
      .setName(name)
      .setDescription('A run, or a checkpoint of one as run@step')
      .setRequired(index < 2)
      .setAutocomplete(true),
  )
  .reduce((builder, option) => {
    builder.addStringOption(option);
    return builder;
  }, new SlashCommandBuilder().setName('compare').setDescription('Two to four runs or checkpoints side by side'))
  .toJSON();

/** `/compare`: figures, settings and curves of two to four runs or checkpoints, for this person alone. */
export function createCompareCommand({ runs, drawChart }: CheckpointsParts): Command {
  return {
    definition,
    right: 'view',
    acknowledge: 'private',
    async run({ options, reply }) {
      const wanted = names.flatMap((name) =>
        options[name] === undefined ? [] : [String(options[name]).trim()],
      );
      await reply(await comparison({ runs, drawChart }, wanted));
    },
    autocomplete: ({ typed }) => runs.completeSubjects(typed),
  };
}

/** Two to four runs (`id`, name or path) or checkpoints (`id@step`) side by side. Throws UserError. */
export async function comparison(
  { runs, drawChart }: CheckpointsParts,
  wanted: readonly string[],
): Promise<MessageBody> {
  if (new Set(wanted).size < wanted.length || wanted.length < 2 || wanted.length > names.length) {
    throw new UserError('There is nothing to compare.', 'Choose two to four, each of them once.');
  }
  const subjects = await Promise.all(wanted.map((one) => runs.subject(one)));
  const spec = compareChart(subjects);
  const chart = spec && (await drawChart(spec));
  return compareMessage(subjects, chart ? { chart } : {});
}

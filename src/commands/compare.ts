import { SlashCommandBuilder, SlashCommandStringOption } from '@discordjs/builders';
import { compareChart, compareMessage } from '../views/compare-message.js';
import { UserError } from '../domain/user-error.js';
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
      if (new Set(wanted).size < wanted.length || wanted.length < 2) {
        throw new UserError('There is nothing to compare.', 'Choose at least two, each of them once.');
      }
      const subjects = await Promise.all(wanted.map((one) => runs.subject(one)));
      const spec = compareChart(subjects);
      const chart = spec && (await drawChart(spec));
      await reply(compareMessage(subjects, chart ? { chart } : {}));
    },
    autocomplete: ({ typed }) => runs.completeSubjects(typed),
  };
}

import { SlashCommandBuilder } from '@discordjs/builders';
import type { ChartSpec } from '../domain/chart.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import { runChart } from '../views/charts/run-chart.js';
import { checkpointsMessage } from '../views/checkpoints-message.js';
import type { Command } from './command.js';

export interface CheckpointsParts {
  readonly runs: RunDesk;
  drawChart(spec: ChartSpec): Promise<Buffer | undefined>;
}

const definition = new SlashCommandBuilder()
  .setName('checkpoints')
  .setDescription('The checkpoints of a run, and which to take')
  .addStringOption((option) =>
    option
      .setName('run')
      .setDescription('Part of its name, method or model')
      .setRequired(true)
      .setAutocomplete(true),
  )
  .toJSON();

/** `/checkpoints`: the table and the picture of a run, for this person alone. */
export function createCheckpointsCommand(parts: CheckpointsParts): Command {
  return {
    definition,
    right: 'view',
    acknowledge: 'private',
    async run({ options, reply }) {
      const shown = await parts.runs.show(String(options['run']).trim());
      const spec = runChart(shown);
      const chart = spec && (await parts.drawChart(spec));
      await reply(checkpointsMessage(shown, chart ? { chart } : {}));
    },
    autocomplete: ({ typed }) => parts.runs.complete(typed),
  };
}

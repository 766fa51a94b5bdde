import { SlashCommandBuilder } from '@discordjs/builders';
import type { ChartSpec } from '../domain/chart.js';
import type { GpuDesk } from '../services/gpu/create-gpu-desk.js';
import { gpuChart } from '../views/charts/gpu-chart.js';
import { gpuMessage } from '../views/gpu-message.js';
import type { MessageBody } from '../views/message.js';
import type { ActionGroup, Command } from './command.js';

export interface GpuParts {
  readonly gpu: Pick<GpuDesk, 'overview'>;
  drawChart(spec: ChartSpec): Promise<Buffer | undefined>;
}

const definition = new SlashCommandBuilder()
  .setName('gpu')
  .setDescription('The cards of the host: use, memory, heat, power, and which jobs are on them')
  .toJSON();

/** `/gpu`: the cards as they are, and their last hour, for this person alone. */
export function createGpuCommand(parts: GpuParts): Command {
  return {
    definition,
    right: 'view',
    acknowledge: 'private',
    async run({ reply }) {
      await reply(await show(parts));
    },
  };
}

export function createGpuActions(parts: GpuParts): ActionGroup {
  return {
    namespace: 'gpu',
    actions: {
      refresh: {
        kind: 'press',
        right: 'view',
        acknowledge: 'update',
        async run({ reply }) {
          await reply(await show(parts));
        },
      },
    },
  };
}

async function show({ gpu, drawChart }: GpuParts): Promise<MessageBody> {
  const overview = await gpu.overview();
  const spec = gpuChart(overview);
  const chart = spec && (await drawChart(spec));
  return gpuMessage(overview, chart ? { chart } : {});
}

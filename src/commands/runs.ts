import { SlashCommandBuilder } from '@discordjs/builders';
import { runStatuses, type RunListFilter, type RunStatus } from '../domain/run-list.js';
import { UserError } from '../domain/user-error.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { TrainingDesk } from '../services/training/training-desk.js';
import { runsPageMessage } from '../views/runs-page.js';
import { parseAge } from './audit-filter.js';
import type { Command, OptionValues } from './command.js';
import { methodsOf, platformsOf } from './define-train.js';

export interface RunsParts {
  readonly runs: RunDesk;
  readonly training: TrainingDesk;
}

const statusNames: Readonly<Record<RunStatus, string>> = {
  running: 'running now',
  finished: 'with a final model',
  unfinished: 'without a final model',
};

const definition = new SlashCommandBuilder()
  .setName('runs')
  .setDescription('The runs of the toolset, newest first')
  .addStringOption((option) =>
    option.setName('platform').setDescription('Where it trained').setAutocomplete(true),
  )
  .addStringOption((option) =>
    option.setName('method').setDescription('How it trained').setAutocomplete(true),
  )
  .addStringOption((option) =>
    option
      .setName('status')
      .setDescription('What became of it')
      .setChoices(...runStatuses.map((value) => ({ name: statusNames[value], value }))),
  )
  .addStringOption((option) =>
    option.setName('since').setDescription('Not older than, for example 30m, 1h, 2d, 1w').setMaxLength(40),
  )
  .toJSON();

/** `/runs`: the newest runs that fit, for this person alone. */
export function createRunsCommand({ runs, training }: RunsParts): Command {
  return {
    definition,
    right: 'view',
    acknowledge: 'private',
    async run({ options, reply }) {
      await reply(runsPageMessage(await runs.listPage(parseRunsOptions(options, training, runs.now()), 0)));
    },
    async autocomplete({ option, typed }) {
      const choices = training.listChoices();
      const offered = option === 'platform' ? platformsOf(choices) : methodsOf(choices);
      const part = typed.toLowerCase();
      return offered.filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(part));
    },
  };
}

/** Throws UserError for what the toolset does not have. */
function parseRunsOptions(options: OptionValues, training: TrainingDesk, now: number): RunListFilter {
  const { platform, method, status, since } = options;
  const choices = training.listChoices();
  const platforms = platformsOf(choices).map(({ value }) => value);
  const methods = methodsOf(choices).map(({ value }) => value);
  // Whole seconds: that is what the buttons carry.
  const sinceMs = since === undefined ? undefined : now - parseAge(String(since), now);
  return {
    ...(platform !== undefined && { platform: oneOf(platforms, 'platform', platform) }),
    ...(method !== undefined && { method: oneOf(methods, 'method', method) }),
    ...(status !== undefined && { status: oneOf(runStatuses, 'status', status) }),
    ...(sinceMs !== undefined && { sinceMs: Math.floor(sinceMs / 1000) * 1000 }),
  };
}

function oneOf<T extends string>(known: readonly T[], option: string, value: unknown): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError(`This ${option} is not known.`, `One of ${known.join(', ')}.`);
}

import {
  ApplicationCommandOptionType,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Command } from '../../src/commands/command.js';
import { registerCommands } from '../../src/discord/registration.js';
import { UserError } from '../../src/domain/user-error.js';
import { discordError, recordRest } from '../helpers/recorded-rest.js';

type Options = NonNullable<RESTPostAPIChatInputApplicationCommandsJSONBody['options']>;

const options: Options = [
  {
    type: ApplicationCommandOptionType.String,
    name: 'platform',
    description: 'Where',
    required: false,
    choices: [{ name: 'RTX', value: 'rtx' }],
  },
  { type: ApplicationCommandOptionType.Integer, name: 'epochs', description: 'How often', min_value: 1 },
  { type: ApplicationCommandOptionType.String, name: 'dataset', description: 'What', autocomplete: true },
];

const train: RESTPostAPIChatInputApplicationCommandsJSONBody = {
  name: 'train',
  description: 'Starts a training',
  options,
};

/** As Discord gives it back: ids, versions and defaults added, what is false left out, keys in its own order. */
const asToldByDiscord = {
  id: '1',
  application_id: '2',
  guild_id: '3',
  version: '4',
  default_member_permissions: null,
  dm_permission: true,
  contexts: null,
  integration_types: [0],
  nsfw: false,
  type: 1,
  description: 'Starts a training',
  name: 'train',
  name_localizations: null,
  options: [
    {
      name: 'platform',
      description: 'Where',
      type: 3,
      choices: [{ value: 'rtx', name: 'RTX', name_localizations: null }],
    },
    { min_value: 1, name: 'epochs', description: 'How often', type: 4 },
    { autocomplete: true, name: 'dataset', description: 'What', type: 3 },
  ],
};

const commandOf = (definition: RESTPostAPIChatInputApplicationCommandsJSONBody): Command => ({
  definition,
  right: 'train',
  acknowledge: 'private',
  run: () => Promise.resolve(),
});

async function register(present: unknown, definitions: readonly (typeof train)[]) {
  const { rest, requests } = recordRest(({ method }) =>
    method === 'GET' ? Response.json(present) : undefined,
  );
  const registered = await registerCommands({
    rest,
    applicationId: '400000000000000001',
    guildId: '200000000000000001',
    commands: definitions.map(commandOf),
    log: pino({ enabled: false }),
  });
  return { registered, sent: requests.filter(({ method }) => method !== 'GET') };
}

const unchanged = { added: [], changed: [], removed: [] };

test('nothing is sent when the commands are there as they should be', async () => {
  const { registered, sent } = await register([asToldByDiscord], [train]);
  expect([registered, sent]).toEqual([unchanged, []]);
});

test.each<[string, (typeof train)[], object]>([
  ['a new command', [train, { name: 'jobs', description: 'd' }], { added: ['jobs'] }],
  ['a removed one', [], { removed: ['train'] }],
  ['another description', [{ ...train, description: 'other' }], { changed: ['train'] }],
  [
    'an option that became required',
    [{ ...train, options: options.map((option) => ({ ...option, required: true })) as Options }],
    { changed: ['train'] },
  ],
  ['another order of options', [{ ...train, options: options.toReversed() }], { changed: ['train'] }],
  ['permissions', [{ ...train, default_member_permissions: '8' }], { changed: ['train'] }],
])('%s is noticed, and all are sent at once', async (_what, definitions, difference) => {
  const { registered, sent } = await register([asToldByDiscord], definitions);
  expect(registered).toEqual({ ...unchanged, ...difference });
  expect(sent).toMatchObject([
    {
      method: 'PUT',
      path: '/applications/400000000000000001/guilds/200000000000000001/commands',
      body: definitions,
    },
  ]);
});

test('a server that the bot is not in is explained', async () => {
  const { rest } = recordRest(() => discordError(403, 50001, 'Missing Access'));
  const registering = registerCommands({
    rest,
    applicationId: '400000000000000001',
    guildId: '200000000000000001',
    commands: [],
    log: pino({ enabled: false }),
  });
  await expect(registering).rejects.toThrow(UserError);
  await expect(registering).rejects.toMatchObject({
    remedy: expect.stringContaining('client_id=400000000000000001'),
  });
});

import { InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { ActionGroup, Command } from '../../src/commands/command.js';
import { createDispatcher, type DispatcherOptions } from '../../src/discord/dispatch.js';
import type { AuditRecord } from '../../src/domain/audit.js';
import { UserError } from '../../src/domain/user-error.js';
import { pressed, submitted, typed, typing } from '../helpers/interactions.js';
import { alice, nobody } from '../helpers/jobs.js';
import { discordError, recordRest, type RecordedRequest } from '../helpers/recorded-rest.js';

const trainer = { roleIds: ['500000000000000001'] };
const access = { ...nobody, train: ['500000000000000001'], view: ['500000000000000002'] };

function setUp(
  parts: Partial<Pick<DispatcherOptions, 'commands' | 'groups' | 'limit' | 'access' | 'secrets'>> = {},
  answer?: (request: RecordedRequest) => Response | undefined,
) {
  const { rest, requests } = recordRest(answer);
  const entries: AuditRecord[] = [];
  const logged: string[] = [];
  const dispatch = createDispatcher({
    rest,
    commands: [],
    groups: [],
    access,
    guildIds: [alice.guildId],
    ownerOf: () => '600000000000000001',
    log: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
    clock: () => 1000,
    onAudit: (entry) => void entries.push(entry),
    ...parts,
  });
  return { dispatch, requests, entries, logged };
}

function command(over: Partial<Command> = {}): Command {
  return {
    definition: { name: 'train', description: 'd' },
    right: 'train',
    acknowledge: 'private',
    run: async ({ reply }) => void (await reply({ content: 'plan' })),
    ...over,
  };
}

function group(actions: ActionGroup['actions']): ActionGroup {
  return { namespace: 'plan', actions };
}

const steps = (requests: readonly RecordedRequest[]): string[] =>
  requests.map(({ method, path }) => `${method} ${path.replace(/\/(token-|4|8)[^/]*/g, '')}`);

describe('a command', () => {
  test('is acknowledged, run and answered, in this order', async () => {
    const seen: unknown[] = [];
    const { dispatch, requests, entries } = setUp({
      commands: [
        command({
          async run({ actor, options, subcommand, reply }) {
            seen.push(requests.length, actor, options, subcommand, await reply({ content: 'plan' }));
          },
        }),
      ],
    });
    const options = [{ type: 1, name: 'now', options: [{ type: 4, name: 'epochs', value: 3 }] }];
    await dispatch(typed('train', options, trainer));
    const actor = { ...alice, roleIds: trainer.roleIds };
    expect(seen).toEqual([1, actor, { epochs: 3 }, 'now', '700000000000000001']);
    expect(steps(requests)).toEqual(['POST /interactions/callback', 'PATCH /webhooks/messages/@original']);
    expect(requests[0]?.body).toEqual({
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      data: { flags: MessageFlags.Ephemeral },
    });
    expect(requests[1]?.body).toMatchObject({ content: 'plan', allowed_mentions: { parse: [], users: [] } });
    expect(entries).toMatchObject([
      {
        at: 1000,
        kind: 'command',
        name: 'train now',
        userId: alice.userId,
        input: { epochs: 3 },
        outcome: 'done',
      },
    ]);
  });

  test('that answers the channel is acknowledged for all to see', async () => {
    const { dispatch, requests } = setUp({ commands: [command({ acknowledge: 'channel' })] });
    await dispatch(typed('train', [], trainer));
    expect(requests[0]?.body).toEqual({ type: 5, data: {} });
  });

  test('does not run when Discord has given it up', async () => {
    let ran = false;
    const { dispatch, requests, entries } = setUp(
      { commands: [command({ run: async () => void (ran = true) })] },
      () => discordError(404, 10062),
    );
    await dispatch(typed('train', [], trainer));
    expect([ran, requests.length, entries[0]?.outcome]).toEqual([false, 1, 'failed']);
  });

  test('runs when the acknowledgement came through though its confirmation was lost', async () => {
    let tries = 0;
    const { dispatch, requests } = setUp({ commands: [command()] }, ({ path }) => {
      if (!path.endsWith('/callback')) return undefined;
      tries += 1;
      if (tries === 1) throw Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
      return discordError(400, 40060);
    });
    await dispatch(typed('train', [], trainer));
    expect(steps(requests).at(-1)).toBe('PATCH /webhooks/messages/@original');
  });

  test('that is no longer known is refused', async () => {
    const { dispatch, requests, entries } = setUp();
    await dispatch(typed('__proto__', [], trainer));
    expect(requests[0]?.body.type).toBe(InteractionResponseType.ChannelMessageWithSource);
    expect(requests[0]?.body.data).toMatchObject({ flags: MessageFlags.Ephemeral });
    expect(requests[0]?.body.data.content).toContain('no longer known');
    expect(entries).toMatchObject([{ name: 'unknown', outcome: 'refused' }]);
  });
});

describe('the error boundary', () => {
  test('shows a UserError to the person alone, in place of the acknowledgement', async () => {
    const { dispatch, requests, entries } = setUp({
      commands: [command({ run: () => Promise.reject(new UserError('No dataset.', 'Make one.')) })],
    });
    await dispatch(typed('train', [], trainer));
    // The acknowledgement was private, and so is what takes its place.
    expect(requests[0]?.body.data.flags).toBe(MessageFlags.Ephemeral);
    expect(steps(requests)).toEqual(['POST /interactions/callback', 'PATCH /webhooks/messages/@original']);
    expect(requests[1]?.body.content).toMatch(/No dataset[^]*Make one/);
    expect(entries).toMatchObject([{ outcome: 'refused', detail: 'No dataset.' }]);
  });

  test('takes back an acknowledgement that the whole channel sees', async () => {
    const { dispatch, requests } = setUp({
      commands: [command({ acknowledge: 'channel', run: () => Promise.reject(new UserError('No.')) })],
    });
    await dispatch(typed('train', [], trainer));
    expect(steps(requests)).toEqual([
      'POST /interactions/callback',
      'DELETE /webhooks/messages/@original',
      'POST /webhooks',
    ]);
    expect(requests[2]?.body).toMatchObject({ flags: MessageFlags.Ephemeral });
  });

  test('logs a defect with interaction and arguments, and shows a reference alone', async () => {
    const { dispatch, requests, entries, logged } = setUp({
      groups: [
        group({
          start: {
            kind: 'press',
            right: 'train',
            acknowledge: 'update',
            run: () => Promise.reject(new Error('secret detail')),
          },
        }),
      ],
    });
    const press = pressed('plan:start:12', trainer);
    await dispatch(press);
    expect(steps(requests)).toEqual(['POST /interactions/callback', 'POST /webhooks']);
    expect(JSON.stringify(requests)).not.toContain('secret detail');
    const failure = logged.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'interaction failed');
    expect(failure).toMatchObject({ interaction: press.id, input: { args: ['12'] }, name: 'plan:start' });
    expect(failure.err.message).toBe('secret detail');
    expect(requests[1]?.body.content).toContain(failure.ref);
    expect(entries).toMatchObject([{ outcome: 'failed', detail: failure.ref }]);
  });

  test('tells nobody of an interaction that makes no sense, and goes on', async () => {
    const { dispatch, requests, logged } = setUp();
    await dispatch({ ...submitted('plan:submit:7', {}, trainer), data: {} } as never);
    await dispatch({ ...pressed('x', trainer), member: { roles: null } } as never);
    expect(requests).toEqual([]);
    expect(logged.filter((line) => line.includes('not understood'))).toHaveLength(2);
  });

  test('an answer outlasts a bad moment of Discord', async () => {
    let failures = 0;
    const { dispatch, requests, entries } = setUp({ commands: [command()] }, ({ method }) => {
      // discord.js itself tries four times without a pause.
      if (method !== 'PATCH' || failures === 5) return undefined;
      failures += 1;
      return discordError(503, 0);
    });
    await dispatch(typed('train', [], trainer));
    expect(requests.at(-1)?.body.content).toBe('plan');
    expect(entries).toMatchObject([{ outcome: 'done' }]);
  });

  test('holds when not even the explanation can be sent, nor the audit be written', async () => {
    const { rest } = recordRest(() => discordError(400, 50035));
    const dispatch = createDispatcher({
      rest,
      commands: [command()],
      groups: [],
      access,
      guildIds: [alice.guildId],
      ownerOf: () => undefined,
      log: pino({ enabled: false }),
      clock: () => 1,
      onAudit: () => {
        throw new Error('disk full');
      },
    });
    await expect(dispatch(typed('train', [], trainer))).resolves.toBeUndefined();
  });
});

describe('what may be done', () => {
  const press = group({
    start: { kind: 'press', right: 'train', acknowledge: 'update', run: () => Promise.resolve() },
  });

  test.each([
    ['without the right', pressed('plan:start:1'), /right `train` is missing/],
    ['with a lesser right', pressed('plan:start:1', { roleIds: ['500000000000000002'] }), /`train`/],
    ['in a direct message', pressed('plan:start:1', { guildId: null }), /not in direct messages/],
    ['in another server', pressed('plan:start:1', { ...trainer, guildId: '9' }), /does not serve/],
    ['with a button of old', pressed('plan:gone:1', trainer), /no longer known/],
    ['with a forged id', pressed('constructor:toString', trainer), /no longer known/],
    ['with a form as a button', submitted('plan:start:1', {}, trainer), /no longer known/],
  ])('%s it is refused to the person alone, and recorded', async (_how, interaction, words) => {
    const { dispatch, requests, entries } = setUp({ groups: [press] });
    await dispatch(interaction);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.body.data.flags).toBe(MessageFlags.Ephemeral);
    expect(requests[0]?.body.data.content).toMatch(words);
    expect(entries).toMatchObject([{ outcome: 'refused' }]);
  });

  test.each([
    ['the owner', { userId: '600000000000000001' }],
    ['an administrator of the server', { permissions: ((1n << 3n) | (1n << 50n)).toString() }],
    ['a role that is listed', trainer],
  ])('%s may', async (_who, sender) => {
    const { dispatch, requests, entries } = setUp({ groups: [press] });
    await dispatch(pressed('plan:start:1', sender));
    expect(requests[0]?.body).toEqual({ type: InteractionResponseType.DeferredMessageUpdate });
    expect(entries).toMatchObject([{ outcome: 'done' }]);
  });

  test('is told by the subcommand and its options, where the command says so', async () => {
    let ran = 0;
    const jobs = command({
      right: 'view',
      rightOf: ({ subcommand, options }) =>
        subcommand === 'hold' ? 'administer' : options['job'] === '7' ? 'upload' : 'train',
      run: async () => void (ran += 1),
    });
    const { dispatch, requests } = setUp({ commands: [jobs] });
    const cancel = (job: string) => [
      { type: 1, name: 'cancel', options: [{ type: 3, name: 'job', value: job }] },
    ];
    await dispatch(typed('train', [{ type: 1, name: 'hold' }], trainer));
    await dispatch(typed('train', cancel('7'), trainer));
    expect(requests.map(({ body }) => body.data.content)).toEqual([
      expect.stringContaining('right `administer` is missing'),
      expect.stringContaining('right `upload` is missing'),
    ]);
    expect(ran).toBe(0);
    await dispatch(typed('train', cancel('8'), trainer));
    expect(ran).toBe(1);
  });

  test('is told by what a button is about, where its action says so', async () => {
    let ran = 0;
    const start: ActionGroup['actions'][string] = {
      kind: 'press',
      right: 'view',
      rightOf: ([id]) => (id === '7' ? 'upload' : 'train'),
      acknowledge: 'update',
      run: async () => void (ran += 1),
    };
    const { dispatch, entries } = setUp({ groups: [group({ start })] });
    await dispatch(pressed('plan:start:7', trainer));
    await dispatch(pressed('plan:start:8', trainer));
    expect([ran, ...entries.map(({ outcome }) => outcome)]).toEqual([1, 'refused', 'done']);
  });

  test('not too much at once', async () => {
    const { dispatch, requests } = setUp({
      groups: [press],
      limit({ actor, name }) {
        throw new UserError(`${actor.displayName}: too many ${name}`);
      },
    });
    await dispatch(pressed('plan:start:1', trainer));
    expect(requests[0]?.body.data.content).toContain('Alice: too many plan:start');
  });
});

describe('menus and forms', () => {
  test('the values of a menu reach the action', async () => {
    const seen: unknown[] = [];
    const { dispatch } = setUp({
      groups: [
        group({
          choose: {
            kind: 'press',
            right: 'train',
            acknowledge: 'update',
            run: async ({ args, values, messageId }) => void seen.push(args, values, messageId),
          },
        }),
      ],
    });
    await dispatch(pressed('plan:choose:a:b', trainer, ['kto']));
    expect(seen).toEqual([['a', 'b'], ['kto'], '5']);
  });

  test('a form opens as the first response, cut to what Discord takes', async () => {
    const { dispatch, requests } = setUp({
      groups: [
        group({
          edit: {
            kind: 'open-modal',
            right: 'train',
            open: async ({ args }) => ({
              custom_id: `plan:submit:${args[0]}`,
              title: 'E'.repeat(50),
              components: [],
            }),
          },
        }),
      ],
    });
    await dispatch(pressed('plan:edit:7', trainer));
    expect(requests.map(({ body }) => body)).toEqual([
      {
        type: InteractionResponseType.Modal,
        data: { custom_id: 'plan:submit:7', title: `${'E'.repeat(44)}…`, components: [] },
      },
    ]);
  });

  test.each([
    [true, InteractionResponseType.DeferredMessageUpdate],
    [false, InteractionResponseType.DeferredChannelMessageWithSource],
  ])('the fields of a form reach the action (from a message: %s)', async (message, type) => {
    const seen: unknown[] = [];
    const { dispatch, requests } = setUp({
      groups: [
        group({
          submit: {
            kind: 'modal',
            right: 'train',
            acknowledge: 'update',
            run: async ({ args, fields }) => void seen.push(args, fields),
          },
        }),
      ],
    });
    await dispatch(submitted('plan:submit:7', { epochs: '3' }, { ...trainer, message }));
    expect(seen).toEqual([['7'], { epochs: '3' }]);
    expect(requests[0]?.body.type).toBe(type);
  });
});

describe('autocompletion', () => {
  const focused = [
    { type: 3, name: 'dataset', value: 'fo', focused: true },
    { type: 4, name: 'epochs', value: 2 },
  ];
  const choices = (requests: readonly RecordedRequest[]): unknown => requests[0]?.body.data.choices;

  test('gets what is typed and the other options', async () => {
    const seen: unknown[] = [];
    const { dispatch, requests, entries } = setUp({
      commands: [
        command({
          autocomplete: async ({ option, typed: text, options }) => {
            seen.push(option, text, options);
            return Array.from({ length: 30 }, (_, i) => ({ name: `foo ${i}`, value: `${i}` }));
          },
        }),
      ],
    });
    await dispatch(typing('train', focused, trainer));
    expect(seen).toEqual(['dataset', 'fo', { dataset: 'fo', epochs: 2 }]);
    expect(choices(requests)).toHaveLength(25);
    expect(entries).toEqual([]);
  });

  test.each([
    ['an error', () => Promise.reject(new Error('no')), trainer],
    ['no right', () => Promise.resolve([{ name: 'secret', value: 'secret' }]), {}],
    [
      'another server',
      () => Promise.resolve([{ name: 'secret', value: 'secret' }]),
      { ...trainer, guildId: '9' },
    ],
  ])('with %s is an empty list', async (_why, autocomplete, sender) => {
    const { dispatch, requests } = setUp({ commands: [command({ autocomplete })] });
    await dispatch(typing('train', focused, sender));
    expect(choices(requests)).toEqual([]);
  });
});

test('two groups of one namespace are a defect that shows at once', () => {
  expect(() => setUp({ groups: [group({}), group({})] })).toThrow(/plan/);
});

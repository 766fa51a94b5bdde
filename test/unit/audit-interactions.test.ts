import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { ActionGroup, Command } from '../../src/commands/command.js';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createDispatcher } from '../../src/discord/dispatch.js';
import { UserError } from '../../src/domain/user-error.js';
import { pressed, submitted, typed } from '../helpers/interactions.js';
import { alice, bob, nobody } from '../helpers/jobs.js';
import { recordRest } from '../helpers/recorded-rest.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const trainer = { roleIds: ['500000000000000001'] };
const token = 'hf_verysecretverysecretverysecret';
/** A part of the other one: hiding it first would leave the rest standing. */
const shortToken = 'hf_verysecret';

const train: Command = {
  definition: { name: 'train', description: 'd' },
  right: 'train',
  acknowledge: 'private',
  async run({ options, reply }) {
    if (options['model'] === 'none')
      throw new UserError(`There is no dataset ${String(options['dataset'])}.`);
    if (options['model'] === 'broken') throw new TypeError(`no ${String(options['dataset'])}`);
    await reply({ content: 'plan' });
  },
};
const done = () => Promise.resolve();
const groups: readonly ActionGroup[] = [
  {
    namespace: 'job',
    actions: { cancel: { kind: 'press', right: 'train', acknowledge: 'private', run: done } },
  },
  {
    namespace: 'plan',
    actions: { submit: { kind: 'modal', right: 'train', acknowledge: 'private', run: done } },
  },
];

/** The dispatcher with an audit in a real database, as the app puts them together. */
async function setUp() {
  const db = openDatabase(`${await makeTempDir()}/tuner-bot.db`);
  const audit = createAuditStore(db);
  const logged: string[] = [];
  let now = 1000;
  const dispatch = createDispatcher({
    rest: recordRest().rest,
    commands: [train],
    groups,
    access: { ...nobody, train: trainer.roleIds },
    guildIds: [alice.guildId],
    ownerOf: () => undefined,
    log: pino({ level: 'debug' }, { write: (line) => void logged.push(line) }),
    clock: () => (now += 1),
    onAudit: audit.append,
    secrets: [shortToken, token],
  });
  const stored = () => JSON.stringify(db.prepare('SELECT * FROM audit').all());
  return { audit, dispatch, logged, stored };
}

const text = (name: string, value: string) => ({ type: 3, name, value });
const stamped = {
  hash: expect.stringMatching(/^[0-9a-f]{64}$/),
  interactionId: expect.stringMatching(/^8\d{17}$/),
};
const where = { guildId: alice.guildId, channelId: alice.channelId };

test('every command, press and form is kept with who, where, what and how it came out', async () => {
  const { audit, dispatch } = await setUp();
  await dispatch(typed('train', [text('dataset', 'foo')], trainer));
  await dispatch(pressed('job:cancel:12', trainer));
  await dispatch(submitted('plan:submit:p7', { epochs: '3' }, trainer));
  await dispatch(typed('train', [text('dataset', 'foo'), text('model', 'none')], trainer));
  const entries = audit.list().toReversed();
  expect(entries).toEqual(
    [
      { id: 1, at: 1001, kind: 'command', name: 'train', input: { dataset: 'foo' }, outcome: 'done' },
      {
        id: 2,
        at: 1002,
        kind: 'press',
        name: 'job:cancel',
        jobId: 12,
        input: { args: ['12'], values: [] },
        outcome: 'done',
      },
      {
        id: 3,
        at: 1003,
        kind: 'modal',
        name: 'plan:submit',
        input: { args: ['p7'], epochs: '3' },
        outcome: 'done',
      },
      {
        id: 4,
        at: 1004,
        kind: 'command',
        name: 'train',
        input: { dataset: 'foo', model: 'none' },
        outcome: 'refused',
        detail: 'There is no dataset foo.',
      },
    ].map((entry) => ({ ...entry, ...where, ...stamped, userId: alice.userId })),
  );
  expect(audit.findFirstBroken()).toBeUndefined();
});

test('refusals are kept with who was refused and why', async () => {
  const { audit, dispatch } = await setUp();
  await dispatch(pressed('job:cancel:12', { userId: bob.userId }));
  await dispatch(typed('train', [], { guildId: null, userId: bob.userId }));
  await dispatch(pressed('job:explode:12', trainer));
  expect(audit.list().toReversed()).toMatchObject([
    {
      name: 'job:cancel',
      userId: bob.userId,
      outcome: 'refused',
      jobId: 12,
      detail: expect.stringMatching(/train/),
    },
    {
      name: 'train',
      userId: bob.userId,
      outcome: 'refused',
      detail: expect.stringMatching(/direct messages/),
    },
    { name: 'unknown', kind: 'press', input: { customId: 'job:explode:12' }, outcome: 'refused' },
  ]);
});

test('a secret is kept nowhere, wherever it was typed and wherever it is cut', async () => {
  const { audit, dispatch, stored, logged } = await setUp();
  const options = (model: string) => [text('dataset', token), text('model', model)];
  await dispatch(typed('train', options('none'), trainer));
  await dispatch(typed('train', options('broken'), trainer));
  // The cut at 200 characters would leave the first half of it.
  await dispatch(typed('train', [text('note', `${'x'.repeat(185)}${token}`)], trainer));
  await dispatch(submitted(`plan:submit:${token}`, { [token]: `a ${token} b ${shortToken}` }, trainer));
  await dispatch(pressed(`gone:${token}`, trainer, [token]));
  expect(audit.count()).toBe(5);
  expect(stored()).not.toMatch(/hf_|secret/);
  expect(audit.list().at(-1)).toMatchObject({
    input: { dataset: '[hidden]' },
    detail: 'There is no dataset [hidden].',
  });
  expect(audit.list()[1]?.input).toEqual({ args: ['[hidden]'], '[hidden]': 'a [hidden] b [hidden]' });
  const failed = logged.find((line) => line.includes('interaction failed'));
  expect(JSON.parse(failed ?? '{}')).toMatchObject({ input: { dataset: '[hidden]', model: 'broken' } });
});

test('what was given is kept short', async () => {
  const { audit, dispatch, stored } = await setUp();
  const values = Array.from({ length: 40 }, (_, index) => `${index}${'v'.repeat(3000)}`);
  await dispatch(pressed('job:cancel:12', trainer, values));
  await dispatch(submitted('plan:submit:p7', { ['k'.repeat(500)]: 'w'.repeat(4000) }, trainer));
  expect(audit.list()[1]?.input['values']).toEqual(
    values.slice(0, 25).map((value) => `${value.slice(0, 199)}…`),
  );
  expect(stored().length).toBeLessThan(8000);
});

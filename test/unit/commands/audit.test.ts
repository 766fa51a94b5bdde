import { describe, expect, test } from 'vitest';
import type { OptionValues } from '../../../src/commands/command.js';
import { createAuditActions } from '../../../src/commands/audit-actions.js';
import { createAuditCommand } from '../../../src/commands/audit.js';
import { createAuditStore } from '../../../src/db/audit-store.js';
import { openDatabase } from '../../../src/db/open.js';
import type { AuditEntry, AuditRecord } from '../../../src/domain/audit.js';
import { UserError } from '../../../src/domain/user-error.js';
import { createAuditDesk } from '../../../src/services/audit/create-audit-desk.js';
import type { MessageBody } from '../../../src/views/message.js';
import { checkCommand, checkMessage } from '../../helpers/discord-limits.js';
import { admin, alice, bob } from '../../helpers/jobs.js';
import { makeTempDir } from '../../helpers/temp-dir.js';
import { customIds, messageId } from './setup.js';

const now = Date.UTC(2025, 10, 22, 14, 30);

async function setUp(
  count: number,
  change: (id: number) => Partial<AuditRecord> = () => ({}),
  exportBytes?: number,
) {
  const store = createAuditStore(openDatabase(`${await makeTempDir()}/tuner-bot.db`));
  for (let id = 1; id <= count; id++) {
    store.append({
      at: now - (count - id) * 1000,
      kind: 'command',
      name: 'train',
      userId: alice.userId,
      input: {},
      outcome: 'done',
      ...change(id),
    });
  }
  const audit = createAuditDesk({
    audit: store,
    clock: () => now,
    ...(exportBytes !== undefined && { exportBytes }),
  });
  const command = createAuditCommand({ audit });
  const { actions } = createAuditActions({ audit });
  const replies: MessageBody[] = [];
  const invocation = {
    id: 'i1',
    actor: admin,
    whisper: () => Promise.reject(new Error('nothing is whispered here')),
    announce: () => Promise.reject(new Error('nothing is announced here')),
    reply(message: MessageBody) {
      expect(checkMessage(message)).toEqual([]);
      replies.push(message);
      return Promise.resolve(messageId);
    },
  };
  return {
    store,
    command,
    actions,
    async type(options: OptionValues = {}) {
      await command.run({ ...invocation, options });
      return replies.at(-1)!;
    },
    async press(customId: string) {
      const [, name = '', ...args] = customId.split(':');
      const action = actions[name];
      if (action?.kind !== 'press') throw new Error(`No press ${customId}`);
      await action.run({ ...invocation, args, values: [], messageId });
      return replies.at(-1)!;
    },
  };
}

/** The numbers of the entries in a message's foot: newest and oldest. */
const range = (message: MessageBody): string => message.embeds?.[0]?.footer?.text ?? 'none';
const button = (message: MessageBody, action: string): string =>
  customIds(message).find((id) => id.startsWith(`audit:${action}:`))!;
const linesOf = (message: MessageBody): AuditEntry[] =>
  message
    .files![0]!.data.toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);

test('/audit is for administrators, and every button of it too', async () => {
  const { command, actions } = await setUp(0);
  expect(checkCommand(command.definition as never)).toEqual([]);
  expect([command.right, command.acknowledge]).toEqual(['administer', 'private']);
  expect(Object.entries(actions).map(([name, { right }]) => [name, right])).toEqual([
    ['newest', 'administer'],
    ['newer', 'administer'],
    ['older', 'administer'],
    ['export', 'administer'],
  ]);
});

describe('pages', () => {
  test('lead through all entries and back, ten at a time', async () => {
    const { type, press } = await setUp(25);
    let message = await type();
    const seen = [range(message)];
    for (const way of ['older', 'older', 'newer', 'newer']) {
      message = await press(button(message, way));
      seen.push(range(message));
    }
    expect(seen).toEqual(
      ['25 to 16', '15 to 6', '5 to 1', '15 to 6', '25 to 16'].map((text) => `Entries ${text}`),
    );
  });

  test('stay where they are while entries are added; Newest shows those', async () => {
    const { type, press, store } = await setUp(15);
    const first = await type();
    store.append({
      at: now,
      kind: 'press',
      name: 'audit:older',
      userId: admin.userId,
      input: {},
      outcome: 'done',
    });
    const second = await press(button(first, 'older'));
    expect(range(second)).toBe('Entries 5 to 1');
    expect(range(await press(button(second, 'newest')))).toBe('Entries 16 to 7');
  });

  test('keep their filter', async () => {
    const { type, press } = await setUp(40, (id) => ({ userId: id % 2 === 0 ? alice.userId : bob.userId }));
    const first = await type({ person: bob.userId });
    expect(range(first)).toBe('Entries 39 to 21');
    const second = await press(button(first, 'older'));
    expect(range(second)).toBe('Entries 19 to 1');
    expect(second.embeds?.[0]?.description).toContain(`Only: of <@${bob.userId}>`);
    expect(second.embeds?.[0]?.description).not.toContain(alice.userId);
  });

  test('say when there is nothing', async () => {
    const { type } = await setUp(3);
    const message = await type({ job: 7 });
    expect(message.embeds?.[0]?.description).toBe('Only: job 7\n\nNothing that fits was recorded.');
  });
});

describe('options', () => {
  const change = (id: number): Partial<AuditRecord> => ({
    at: now - (10 - id) * 3_600_000,
    ...(id === 3 && { outcome: 'refused' }),
    ...(id === 4 && { kind: 'state', jobId: 12, outcome: 'failed' }),
  });

  test.each<[OptionValues, string]>([
    [{ outcome: 'refused' }, 'Entry 3'],
    [{ kind: 'state' }, 'Entry 4'],
    [{ job: 12, outcome: 'failed' }, 'Entry 4'],
    [{ job: 12, outcome: 'done' }, 'none'],
    [{ since: '2h' }, 'Entries 10 to 8'],
    [{ since: '90min' }, 'Entries 10 to 9'],
    [{ since: ' 1H 30M ' }, 'Entries 10 to 9'],
    [{ since: '1d' }, 'Entries 10 to 1'],
    [{ since: '999999w' }, 'Entries 10 to 1'],
    [{ since: '0s' }, 'Entry 10'],
  ])('%o', async (options, expected) => {
    const { type } = await setUp(10, change);
    expect(range(await type(options))).toBe(expected);
  });

  test.each<OptionValues>([
    { since: 'yesterday' },
    { since: '' },
    { since: '2' },
    { since: '-2h' },
    { since: '2h x' },
    { since: 'x 2h' },
    { since: '1.5h' },
    { outcome: 'maybe' },
    { kind: 'all' },
    { person: 'alice' },
    { job: 0 },
    { job: 1e300 },
  ])('%o is refused in words', async (options) => {
    const { type } = await setUp(1);
    await expect(type(options)).rejects.toThrow(UserError);
  });

  test.each([
    'audit:older:x:1',
    'audit:older:-:',
    'audit:newer:-:-1',
    'audit:older:-:1e3',
    'audit:export:',
    'audit:newest',
  ])('a forged %s is refused', async (customId) => {
    const { press } = await setUp(1);
    await expect(press(customId)).rejects.toThrow(UserError);
  });
});

describe('export', () => {
  test('holds every entry that fits, oldest first, with its hash', async () => {
    const { type, press, store } = await setUp(1203, (id) => ({ outcome: id % 3 === 0 ? 'failed' : 'done' }));
    const message = await press(button(await type({ outcome: 'failed' }), 'export'));
    expect(message.content).toContain('401 entries of the audit');
    expect(message.content).not.toContain('cut');
    expect(message.files?.[0]?.name).toBe('audit-2025-11-22T14-30-00.jsonl');
    expect(linesOf(message)).toEqual(store.list({ outcome: 'failed', limit: 9999 }).toReversed());
  });

  test('that is too long keeps the newest and says so', async () => {
    const { type, press, store } = await setUp(50, () => ({ input: { note: 'ä'.repeat(100) } }), 4096);
    const message = await press(button(await type(), 'export'));
    const kept = linesOf(message);
    const size = message.files![0]!.data.byteLength;
    expect(size).toBeLessThanOrEqual(4096);
    // One more would not have fitted.
    const next = store.list({ beforeId: kept[0]!.id, limit: 1 })[0];
    expect(size + Buffer.byteLength(`${JSON.stringify(next)}\n`)).toBeGreaterThan(4096);
    expect(kept.map(({ id }) => id)).toEqual(kept.map((_, index) => 50 - kept.length + 1 + index));
    expect(message.content).toContain('The file was cut');
  });

  test('of nothing is a word, no empty file', async () => {
    const { press } = await setUp(1);
    const message = await press('audit:export:j7');
    expect([message.content, message.files]).toEqual([
      'Nothing that fits was recorded: there is nothing to export.',
      [],
    ]);
  });
});

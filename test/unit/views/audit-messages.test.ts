import { describe, expect, test } from 'vitest';
import type { AuditEntry, AuditFilter, AuditPage } from '../../../src/domain/audit.js';
import { auditExportMessage } from '../../../src/views/audit-export.js';
import { auditFilterText, readAuditFilter, writeAuditFilter } from '../../../src/views/audit-filter.js';
import { auditPageMessage } from '../../../src/views/audit-page.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';
import { anna, bert, noon } from './samples.js';

const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** <@1> שלום 🦥👨‍👩‍👧‍👦漢字\n# big\u0000';
const long = nasty.repeat(10);

function entry(id: number, change: Partial<AuditEntry>): AuditEntry {
  return {
    id,
    at: noon + id * 1000,
    kind: 'command',
    name: 'train',
    userId: anna,
    input: {},
    outcome: 'done',
    hash: 'a'.repeat(64),
    ...change,
  };
}

const usual: readonly AuditEntry[] = [
  entry(4812, {
    kind: 'state',
    name: 'running → failed',
    jobId: 12,
    outcome: 'failed',
    detail: 'Exit code 1',
  }),
  entry(4811, {
    kind: 'press',
    name: 'job:cancel',
    userId: bert,
    jobId: 12,
    outcome: 'refused',
    detail: `Job 12 belongs to <@${anna}>.`,
  }),
  entry(4810, { kind: 'modal', name: 'plan:submit', input: { args: ['p7'], epochs: '3' } }),
  entry(4809, { input: { platform: 'rtx', epochs: 3, dry_run: true } }),
  entry(4808, {
    kind: 'press',
    name: 'unknown',
    input: { customId: 'gone:button:1', values: [] },
    outcome: 'refused',
    detail: 'This button is no longer known.',
  }),
  entry(4807, { userId: 'unknown', outcome: 'refused', detail: 'This bot works in its server alone.' }),
];

function page(change: Partial<AuditPage> = {}): AuditPage {
  return { filter: {}, entries: usual, hasNewer: false, hasOlder: true, ...change };
}

/** The longest filter there can be. */
const fullest: AuditFilter = {
  userId: '9'.repeat(20),
  outcome: 'refused',
  kind: 'command',
  jobId: 999_999_999_999_999,
  sinceMs: 9_999_999_999_000,
};

const extreme = page({
  filter: fullest,
  hasNewer: true,
  entries: Array.from({ length: 10 }, (_, index) =>
    entry(9_999_999_999 - index, {
      at: 8.64e15,
      kind: (['command', 'press', 'modal', 'state'] as const)[index % 4]!,
      name: index === 4 ? 'a' : long,
      input: { [long]: long, args: [long, long] },
      userId: '9'.repeat(20),
      jobId: 999_999_999_999_999,
      outcome: 'refused',
      detail: long,
    }),
  ),
});

describe('the audit as a message', () => {
  test.each([
    ['audit-page', auditPageMessage(page())],
    [
      'audit-page-filtered',
      auditPageMessage(
        page({
          filter: { userId: anna, outcome: 'failed', sinceMs: noon },
          entries: usual.slice(0, 1),
          hasOlder: false,
        }),
      ),
    ],
    ['audit-page-empty', auditPageMessage(page({ filter: { jobId: 7 }, entries: [], hasOlder: false }))],
    ['audit-page-extreme', auditPageMessage(extreme)],
    ['audit-export', auditExportMessage({ data: Buffer.from('{}\n'), count: 1, cut: false }, {}, noon)],
    [
      'audit-export-cut',
      auditExportMessage({ data: Buffer.alloc(10 * 1024 * 1024), count: 31_234, cut: true }, fullest, noon),
    ],
    ['audit-export-empty', auditExportMessage({ data: Buffer.alloc(0), count: 0, cut: false }, {}, noon)],
  ])('%s', async (name, message) => {
    await expectGolden(name, message);
  });

  test('shows each of ten entries, however long their texts are', () => {
    const text = auditPageMessage(extreme).embeds?.[0]?.description ?? '';
    expect(text.split('\n').filter((line) => line.startsWith('⛔'))).toHaveLength(10);
  });

  test('even when each character has to be escaped', () => {
    const stars = '*'.repeat(300);
    const entries = extreme.entries.map((one) => ({
      ...one,
      name: stars,
      detail: stars,
      kind: 'press' as const,
    }));
    const message = auditPageMessage({ ...extreme, entries });
    expect(checkMessage(message)).toEqual([]);
    expect(message.embeds?.[0]?.description?.match(/⛔/g)).toHaveLength(10);
  });

  test('offers only what there is', () => {
    const disabled = (shown: AuditPage) =>
      JSON.stringify(auditPageMessage(shown).components).match(/"label":"[^"]+"[^}]*"disabled":true/g)
        ?.length ?? 0;
    expect(disabled(page())).toBe(1);
    expect(disabled(page({ hasNewer: true, hasOlder: true }))).toBe(0);
    expect(disabled(page({ entries: [] }))).toBe(3);
  });
});

describe('a filter in a button', () => {
  test.each<[string, AuditFilter]>([
    ['-', {}],
    [`u${anna}`, { userId: anna }],
    ['ofailed,kstate', { outcome: 'failed', kind: 'state' }],
    ['j7,s1763821800', { jobId: 7, sinceMs: 1_763_821_800_000 }],
    ['u99999999999999999999,orefused,kcommand,j999999999999999,s9999999999', fullest],
  ])('%s is read as it was written', (text, filter) => {
    expect(writeAuditFilter(filter)).toBe(text);
    expect(readAuditFilter(text)).toEqual(filter);
  });

  test.each([
    '',
    'x',
    'u',
    'uabc',
    'omaybe',
    'kall',
    'j0',
    'j-1',
    's1.5',
    'j7,j8',
    `u${'9'.repeat(21)}`,
    '-,',
    'ofailed;',
  ])('forged as "%s" is none', (text) => {
    expect(readAuditFilter(text)).toBeUndefined();
  });

  test('is told in words', () => {
    expect(auditFilterText({})).toBeUndefined();
    expect(auditFilterText({ userId: anna, kind: 'press', jobId: 3 })).toBe(
      `Only: of <@${anna}>, press, job 3`,
    );
  });
});

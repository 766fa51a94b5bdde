import { describe, expect, test } from 'vitest';
import type { RunListEntry, RunListFilter, RunListPage } from '../../../src/domain/run-list.js';
import { readRunsFilter, runsFilterText, writeRunsFilter } from '../../../src/views/runs-filter.js';
import { runsPageMessage } from '../../../src/views/runs-page.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';
import { anna, noon, samplePlan } from './samples.js';

const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字\n# big\u0000';

function entry(change: Partial<RunListEntry> = {}): RunListEntry {
  return {
    id: 'a'.repeat(16),
    name: '20251122_143000',
    platform: 'rtx',
    method: 'kto',
    methodLabel: 'Preference learning (KTO)',
    columns: samplePlan().columns,
    modifiedMs: noon,
    status: 'finished',
    hasFinalModel: true,
    checkpoints: 3,
    lastStep: 1200,
    figures: { loss: 0.41, kl: 0.2, 'rewards/margins': 0.7312 },
    ...change,
  };
}

function page(change: Partial<RunListPage> = {}): RunListPage {
  const entries = [
    entry({
      status: 'running',
      hasFinalModel: false,
      totalSteps: 4000,
      job: { id: 12, requestedBy: anna },
    }),
    entry(),
    entry({
      method: 'sft',
      status: 'unfinished',
      hasFinalModel: false,
      figures: { loss: Number.NaN },
      columns: [{ key: 'loss', label: 'Loss', better: 'lower', main: true }],
      checkpoints: 1,
    }),
  ];
  return { filter: {}, page: 0, entries, total: entries.length, problems: [], ...change };
}

const fullest: RunListFilter = {
  platform: 'p'.repeat(32),
  method: 'm'.repeat(32),
  status: 'unfinished',
  sinceMs: 9_999_999_999_000,
};

const extreme = page({
  filter: fullest,
  page: 99_999,
  total: 1_000_000,
  problems: Array.from({ length: 12 }, () => nasty.repeat(9)),
  entries: Array.from({ length: 10 }, () =>
    entry({
      name: nasty.repeat(9),
      method: 'm'.repeat(32),
      status: 'running',
      lastStep: 999_999_999,
      totalSteps: 999_999_999,
      checkpoints: 99_999,
      job: { id: 999_999_999, requestedBy: '9'.repeat(20) },
      problem: nasty.repeat(9),
      columns: [{ key: 'loss', label: '*'.repeat(8), better: 'lower' }],
    }),
  ),
});

describe('runs as a message', () => {
  test.each([
    ['runs-page', runsPageMessage(page())],
    [
      'runs-page-filtered',
      runsPageMessage(
        page({
          filter: { platform: 'rtx', status: 'finished', sinceMs: noon },
          page: 1,
          total: 31,
          problems: ['Trainers/sft/x may not be read'],
        }),
      ),
    ],
    ['runs-page-empty', runsPageMessage(page({ entries: [], total: 0 }))],
    ['runs-page-extreme', runsPageMessage(extreme)],
  ])('%s', async (name, message) => {
    await expectGolden(name, message);
  });

  test('says of a run that nobody here started that it seems to be running, and since when it is silent', () => {
    const writtenMs = noon - 20_000;
    const message = runsPageMessage(
      page({
        entries: [entry({ status: 'running', hasFinalModel: false, logWrittenMs: writtenMs })],
        total: 1,
      }),
    );
    expect(checkMessage(message)).toEqual([]);
    expect(message.embeds?.[0]?.description).toContain(
      `seems to be running (log written <t:${writtenMs / 1000}:R>)`,
    );
  });

  test('shows each of ten runs, and what could not be read, however long their texts are', () => {
    const message = runsPageMessage(extreme);
    expect(checkMessage(message)).toEqual([]);
    const text = message.embeds?.[0]?.description ?? '';
    expect(text.match(/▶️/g)).toHaveLength(10);
    expect(text).toContain('and 9 more');
  });
});

describe('a filter of runs in a button', () => {
  test.each<[string, RunListFilter]>([
    ['-', {}],
    ['prtx', { platform: 'rtx' }],
    ['mkto,sr', { method: 'kto', status: 'running' }],
    ['sf,t1763821800', { status: 'finished', sinceMs: 1_763_821_800_000 }],
    [`p${'p'.repeat(32)},m${'m'.repeat(32)},su,t9999999999`, fullest],
  ])('%s is read as it was written', (text, filter) => {
    expect(writeRunsFilter(filter)).toBe(text);
    expect(readRunsFilter(text)).toEqual(filter);
  });

  test.each(['', 'x', 'p', 'p../x', 'prtx,', 'sx', 't1.5', 't1,sr', 'sr,sr', 'pRTX', `m${'m'.repeat(33)}`])(
    'forged as "%s" is none',
    (text) => {
      expect(readRunsFilter(text)).toBeUndefined();
    },
  );

  test('is told in words', () => {
    expect(runsFilterText({})).toBeUndefined();
    expect(runsFilterText({ method: 'kto', status: 'running', sinceMs: noon })).toBe(
      `Only: kto, running, changed since <t:${noon / 1000}:R>`,
    );
  });
});

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePythonJson } from '../../src/domain/metric-line.js';
import { readMetricDocument, type MetricEntry } from '../../src/domain/metrics.js';
import type { Begun, Ended } from '../../src/domain/sentinel/episode.js';
import type { GpuReading, Look } from '../../src/domain/sentinel/rule.js';
import { rulesFor } from '../../src/domain/sentinel/rules.js';
import { createSentinel, type KnownEpisode } from '../../src/domain/sentinel/sentinel.js';
import { healthyKto, healthyMlx, healthySft, observeAll, told, trained } from '../helpers/metric-streams.js';

const minute = 60_000;

function lookAt(nowMs: number, over: Partial<Look> = {}): Look {
  return { nowMs, phase: 'training', outOfMemory: false, ...over };
}

describe('a run that stalls', () => {
  /** Entries 5 s apart up to step 50, seen when they are written. */
  function begun(entries = 10) {
    const sentinel = createSentinel(rulesFor('sft'));
    for (let index = 1; index <= entries; index += 1) {
      sentinel.observe(trained(index * 5, { loss: 1 }), index * 5000);
    }
    return { sentinel, lastMs: entries * 5000 };
  }

  test('is told after 5 minutes at the least, and ends with the next entry', () => {
    const { sentinel, lastMs } = begun();
    const at = (ms: number) => told([sentinel.look(lookAt(lastMs + ms))]);
    expect(at(5 * minute - 1)).toEqual([]);
    expect(at(5 * minute)).toEqual(['stalled began 1 @50']);
    expect(at(9 * minute)).toEqual([]);
    expect(told([sentinel.observe(trained(55, { loss: 1 }), lastMs + 10 * minute)])).toEqual([
      'stalled ended 1 @55',
    ]);
    expect(at(15 * minute - 1)).toEqual([]);
    expect(at(15 * minute)).toEqual(['stalled began 2 @55']);
  });

  test('is told after 10 times the usual interval where that is longer', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    for (const index of [1, 2, 3, 4]) {
      sentinel.observe(trained(index, { loss: 1, interval_time: 60 }), index * minute);
    }
    expect(told([sentinel.look(lookAt(14 * minute - 1))])).toEqual([]);
    expect(told([sentinel.look(lookAt(14 * minute))])).toEqual(['stalled began 1 @4']);
  });

  test('is not one that loads or saves', () => {
    const loading = createSentinel(rulesFor('sft'));
    expect(told([loading.look(lookAt(0)), loading.look(lookAt(99 * minute))])).toEqual([]);
    const { sentinel, lastMs } = begun();
    expect(told([sentinel.look(lookAt(lastMs + 60 * minute, { phase: 'saving' }))])).toEqual([]);
  });

  test('is given time while one entry alone tells no interval', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    sentinel.observe(trained(5, { loss: 1 }), 0);
    expect(told([sentinel.look(lookAt(29 * minute))])).toEqual([]);
    expect(told([sentinel.look(lookAt(30 * minute))])).toEqual(['stalled began 1 @5']);
  });
});

describe('output and machine', () => {
  const gpu = (atMs: number, over: Partial<GpuReading>) => lookAt(atMs, { gpu: { atMs, ...over } });

  test('that says out of memory is told once, and never ends', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    sentinel.observe(trained(40, { loss: 1 }));
    const { began } = sentinel.look(lookAt(1, { outOfMemory: true, phase: 'loading' }));
    expect(began).toMatchObject([{ rule: 'out-of-memory', step: 40, healthyStep: 40 }]);
    expect(told([sentinel.look(lookAt(2)), sentinel.look(lookAt(3, { outOfMemory: true }))])).toEqual([]);
  });

  test('at 0 % for 5 minutes of training', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    const look = (atMs: number, usePercent: number, phase: Look['phase'] = 'training') =>
      told([sentinel.look({ ...gpu(atMs, { usePercent }), phase })]);
    expect([look(0, 0, 'loading'), look(9 * minute, 0, 'loading')].flat()).toEqual([]);
    expect([look(10 * minute, 0), look(14 * minute, 0), look(14.5 * minute, 1)].flat()).toEqual([]);
    expect([look(15 * minute, 0), look(20 * minute - 1, 0)].flat()).toEqual([]);
    expect(look(20 * minute, 0)).toEqual(['gpu-idle began 1 @undefined']);
    expect(look(21 * minute, 80)).toEqual(['gpu-idle ended 1 @undefined']);
  });

  test.each([
    ['gpu-hot', { temperatureCelsius: 87 }, { temperatureCelsius: 88 }],
    [
      'gpu-memory',
      { memoryUsedBytes: 97, memoryTotalBytes: 100 },
      { memoryUsedBytes: 98, memoryTotalBytes: 100 },
    ],
  ])('%s after 3 readings over the limit, each counted once', (rule, well, over) => {
    const sentinel = createSentinel(rulesFor('sft'));
    const at = (atMs: number, reading: Partial<GpuReading>) => told([sentinel.look(gpu(atMs, reading))]);
    expect([at(1, well), at(2, over), at(3, over), at(3, over), at(3, over), at(4, well)].flat()).toEqual([]);
    expect([at(5, over), at(6, over), at(7, {}), at(8, over)].flat()).toEqual([`${rule} began 1 @undefined`]);
    expect([at(9, well), at(10, well), at(11, well)].flat()).toEqual([`${rule} ended 1 @undefined`]);
  });

  test('without room for the next checkpoint', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    const look = (freeBytes: number) =>
      sentinel.look(lookAt(1, { disk: { freeBytes, nextCheckpointBytes: 2e9 } }));
    expect(told([look(2e9)])).toEqual([]);
    expect(look(1.5e9).began).toMatchObject([
      { rule: 'disk-short', sentence: 'The disk has 1.5 GB free, the next checkpoint takes 2 GB' },
    ]);
    expect(told([look(3e9)])).toEqual(['disk-short ended 1 @undefined']);
  });
});

describe('healthy runs', () => {
  const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

  test.each([
    ['sft', healthySft],
    ['kto', healthyKto],
    ['mlx', healthyMlx],
  ] as const)('20 of %s: nothing is told', (method, make) => {
    const all = seeds.map((seed) => observeAll(createSentinel(rulesFor(method)), make(seed)));
    expect(all).toEqual(seeds.map(() => []));
  });

  test('one that breaks is told at the entry where it does, and once', () => {
    for (const seed of seeds) {
      const entries = healthyKto(seed).map((entry) =>
        entry.step < 150 ? entry : trained(entry.step, { ...entry.values, loss: Number.NaN }),
      );
      expect(observeAll(createSentinel(rulesFor('kto')), entries)).toEqual(['loss-not-finite began 1 @150']);
    }
  });
});

describe('runs of the miniature toolset', () => {
  function recorded(file: string, method: string) {
    const nested = { kind: 'nested', levelKey: 'level', level: 'METRICS', valuesKey: 'metrics' } as const;
    const format = method === 'mlx' ? nested : ({ kind: 'flat' } as const);
    const lines = readFileSync(`test/fixtures/streams/${file}.jsonl`, 'utf8').trim().split('\n');
    return lines.map((line) => {
      const { run, entries } = parsePythonJson(line) as { run: string; entries: unknown[] };
      const read = entries.map((entry) => readMetricDocument(entry, format));
      return { run, entries: read.flatMap((one) => (one.kind === 'entry' ? [one.entry] : [])) };
    });
  }

  test.each(['sft', 'kto', 'mlx'])('20 healthy ones of %s: nothing is told', (method) => {
    const runs = recorded(`healthy-${method}`, method);
    expect(runs.map(({ entries }) => entries.length > 10)).toEqual(runs.map(() => true));
    const all = runs.map(({ entries }) => observeAll(createSentinel(rulesFor(method)), entries));
    expect(all).toEqual(Array.from({ length: 20 }, () => []));
  });

  test('one of kto as it is started without any option: nothing is told', () => {
    const [run] = recorded('default-kto', 'kto');
    expect(run?.entries.length).toBeGreaterThan(10);
    expect(observeAll(createSentinel(rulesFor('kto')), run?.entries ?? [])).toEqual([]);
  });

  test.each([
    // All but one example desirable: everything becomes likelier, and KL says so.
    ['kto-one-label', ['kl-high began 1 @48']],
    ['kto-nan', ['loss-not-finite began 1 @10']],
    ['sft-nan', ['loss-not-finite began 1 @10']],
    ['kto-x1', ['margin-high began 1 @2']],
    ['kto-x2', ['margin-high began 1 @4', 'margin-low began 1 @14', 'margin-low ended 1 @24']],
    ['kto-x3', ['margin-high began 1 @4']],
    ['sft-x1', ['loss-high began 1 @5', 'gradient-exploding began 1 @5', 'gradient-high began 1 @15']],
    ['sft-x2', ['loss-high began 1 @5', 'gradient-exploding began 1 @5']],
    ['sft-x3', ['loss-high began 1 @5', 'gradient-exploding began 1 @5', 'gradient-high began 1 @20']],
    ['mlx-x', ['loss-high began 1 @5', 'gradient-high began 1 @5', 'gradient-exploding began 1 @10']],
  ])('%s is told at the entry where it breaks, each rule once', (run, expected) => {
    const [method = ''] = run.split('-');
    const { entries = [] } = recorded('broken', method).find((one) => one.run === run) ?? {};
    expect(observeAll(createSentinel(rulesFor(method)), entries)).toEqual(expected);
  });
});

describe('the last healthy step', () => {
  test('is before every episode that is still open', () => {
    const sentinel = createSentinel(rulesFor('kto'));
    const began = [
      trained(5, { loss: 1, kl: 0.1 }),
      trained(10, { loss: 1, kl: 3 }),
      trained(15, { loss: 1, kl: 3 }),
      trained(20, { loss: NaN, kl: 3 }),
    ].flatMap((entry) => sentinel.observe(entry).began);
    expect(began.map(({ rule, healthyStep }) => [rule, healthyStep])).toEqual([
      ['kl-high', 5],
      ['loss-not-finite', 5],
    ]);
  });

  test('is none where the first entry is bad already', () => {
    const [begun] = createSentinel(rulesFor('sft')).observe(trained(5, { loss: NaN })).began;
    expect(begun).toBeDefined();
    expect(begun).not.toHaveProperty('healthyStep');
  });
});

const oddNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, 1e-9, 100, 1000, -2, 6, 0.4),
);
const oddEntry: fc.Arbitrary<MetricEntry> = fc.record({
  kind: fc.constantFrom('training' as const, 'training' as const, 'evaluation' as const, 'summary' as const),
  step: fc.nat(200),
  atMs: fc.nat(10_000_000),
  values: fc.dictionary(
    fc.constantFrom(
      'loss',
      'grad_norm',
      'kl',
      'eval_loss',
      'rewards/margins',
      'rewards/chosen',
      'rewards/rejected',
    ),
    oddNumber,
  ),
});

type Told = readonly [what: 'began' | 'ended', rule: string, number: number];

function pairs({ began, ended }: { began: readonly Begun[]; ended: readonly Ended[] }): Told[] {
  return [
    ...ended.map(({ rule, number }) => ['ended', rule, number] as const),
    ...began.map(({ rule, number }) => ['began', rule, number] as const),
  ];
}

describe('any stream', () => {
  test('is taken without an error; each rule begins and ends its episodes in turn, each once', () => {
    fc.assert(
      fc.property(
        fc.array(oddEntry, { maxLength: 80 }),
        fc.constantFrom('kto', 'sft', 'mlx'),
        (entries, method) => {
          const sentinel = createSentinel(rulesFor(method));
          const all = entries.flatMap((entry, index) => [
            ...pairs(sentinel.observe(entry)),
            ...pairs(sentinel.look(lookAt(index * minute))),
          ]);
          for (const { name } of rulesFor(method)) {
            const own = all
              .filter(([, rule]) => rule === name)
              .map(([what, , number]) => `${what} ${number}`);
            const expected = own.map(
              (_, index) => `${index % 2 === 0 ? 'began' : 'ended'} ${(index >> 1) + 1}`,
            );
            expect(own).toEqual(expected);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  test('cut anywhere by a restart tells the same: what is known is not told again', () => {
    const logged = fc
      .array(oddEntry, { minLength: 1, maxLength: 60 })
      .map((entries) => entries.map((entry, index) => ({ ...entry, step: index + 1 })));
    fc.assert(
      fc.property(logged, fc.nat(60), (entries, cut) => {
        const rules = rulesFor('kto');
        const whole = createSentinel(rules);
        const expected = entries.flatMap((entry) => pairs(whole.observe(entry)));
        const first = createSentinel(rules);
        const known = new Map<string, KnownEpisode>();
        const before = entries.slice(0, cut).flatMap((entry) => {
          const changes = first.observe(entry);
          for (const begun of changes.began) known.set(`${begun.rule} ${begun.number}`, begun);
          for (const { rule, number, step, atMs } of changes.ended) {
            const key = `${rule} ${number}`;
            const end = { atMs, ...(step !== undefined && { step }) };
            known.set(key, { ...known.get(key)!, end });
          }
          return pairs(changes);
        });
        const second = createSentinel(rules, { known: [...known.values()] });
        const after = entries.flatMap((entry) => pairs(second.observe(entry)));
        expect([...before, ...after]).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

import { describe, expect, test } from 'vitest';
import type { MetricEntry } from '../../src/domain/metrics.js';
import type { RuleName } from '../../src/domain/sentinel/rule-names.js';
import { ruleNames } from '../../src/domain/sentinel/rule-names.js';
import { describeRules, ruleNamesFor, rulesFor } from '../../src/domain/sentinel/rules.js';
import { createSentinel } from '../../src/domain/sentinel/sentinel.js';
import { evaluated, observeAll, trained } from '../helpers/metric-streams.js';

const margins = 'rewards/margins';
const chosen = 'rewards/chosen';
const rejected = 'rewards/rejected';

/** Entries of one figure, 5 steps apart from step 5. */
function row(key: string, values: readonly number[], besides: Readonly<Record<string, number>> = {}) {
  return values.map((value, index) => trained((index + 1) * 5, { ...besides, [key]: value }));
}

function watch(entries: readonly MetricEntry[], method = 'kto'): string[] {
  return observeAll(createSentinel(rulesFor(method)), entries);
}

describe('a rule of one figure', () => {
  const cases: readonly {
    rule: RuleName;
    key: string;
    well: number;
    limit: number;
    over: number;
    /** Entries over the limit until it begins. */
    after?: 2;
  }[] = [
    { rule: 'loss-high', key: 'loss', well: 0.5, limit: 99.99, over: 100 },
    { rule: 'gradient-high', key: 'grad_norm', well: 3, limit: 100, over: 100.5 },
    { rule: 'gradient-exploding', key: 'grad_norm', well: 3, limit: 3, over: 1000.5 },
    { rule: 'kl-high', key: 'kl', well: 0.1, limit: 1, over: 1.01, after: 2 },
    { rule: 'margin-low', key: margins, well: 0.2, limit: 0, over: -1.01 },
    { rule: 'margin-high', key: margins, well: 0.2, limit: 5, over: 5.01 },
  ];

  test.each(cases)('$rule begins over its limit, ends after 5 healthy entries, begins again', (one) => {
    const { rule, key, well, limit, over, after = 1 } = one;
    const calm = Array.from({ length: 4 }, () => well);
    const values = [well, limit, over, over, ...calm, over, over, ...calm, well, over, over];
    expect(watch(row(key, values))).toEqual([
      `${rule} began 1 @${10 + after * 5}`,
      `${rule} ended 1 @75`,
      `${rule} began 2 @${75 + after * 5}`,
    ]);
  });

  test.each(cases)('$rule is neither begun nor ended by NaN and infinities of its figure', (one) => {
    const { rule, key, well, over, after = 1 } = one;
    const strange = [Number.NaN, Infinity, -Infinity];
    const own = (values: readonly number[]) =>
      watch(row(key, values)).filter((line) => line.startsWith(rule));
    expect(own([well, ...strange, well])).toEqual([]);
    // Those that say nothing stand between what is over, and between four healthy ones and the fifth.
    const begin = after === 1 ? [NaN, NaN, NaN, NaN, over] : [over, NaN, NaN, NaN, over];
    const values = [...begin, well, well, well, well, ...strange, ...strange, ...strange, NaN, well];
    expect(own(values)).toEqual([`${rule} began 1 @25`, `${rule} ended 1 @100`]);
    // Nor do they end what goes on.
    expect(own([over, ...strange, over, ...strange, over])).toHaveLength(1);
  });

  test('kl-high is not begun by a single entry', () => {
    expect(watch(row('kl', [0.1, 9, 0.1, 0.1, 9, 0.1]))).toEqual([]);
  });
});

describe('a loss that is not finite', () => {
  test.each([Number.NaN, Infinity, -Infinity])('%s begins at its entry', (value) => {
    const changes = createSentinel(rulesFor('sft'));
    changes.observe(trained(5, { loss: 1 }));
    expect(changes.observe(trained(10, { loss: value })).began).toEqual([
      {
        rule: 'loss-not-finite',
        number: 1,
        step: 10,
        sinceStep: 10,
        healthyStep: 5,
        atMs: 10_000,
        figures: { loss: value },
        sentence: `Loss is ${value}`,
      },
    ]);
  });

  test('is one episode however long, and another after 5 finite entries', () => {
    const values = [1, NaN, Infinity, NaN, 1, 1, NaN, 1, 1, 1, 1, 1, NaN];
    expect(watch(row('loss', values), 'sft')).toEqual([
      'loss-not-finite began 1 @10',
      'loss-not-finite ended 1 @60',
      'loss-not-finite began 2 @65',
    ]);
  });
});

describe('a loss of exactly 0', () => {
  test.each([Number.NaN, Infinity])('with a gradient norm of %s is broken half precision', (norm) => {
    expect(watch([trained(5, { loss: 0, grad_norm: norm })], 'sft')).toEqual(['gradient-broken began 1 @5']);
  });

  test('is nothing with a finite gradient norm or without one, nor is that norm with another loss', () => {
    const entries = [
      trained(5, { loss: 0, grad_norm: 3 }),
      trained(10, { loss: 0 }),
      trained(15, { loss: 0.001, grad_norm: NaN }),
      trained(20, { loss: NaN, grad_norm: 3 }),
    ];
    expect(watch(entries, 'sft')).toEqual(['loss-not-finite began 1 @20']);
  });
});

describe('a loss that rises', () => {
  const rising = (count: number, from = 0.5) =>
    Array.from({ length: count }, (_, index) => from + index * 0.01);

  test('over 10 entries in a row begins, with where it began and the last step before', () => {
    const sentinel = createSentinel(rulesFor('sft'));
    const began = row('loss', rising(12)).flatMap((entry) => sentinel.observe(entry).began);
    expect(began).toMatchObject([
      {
        rule: 'loss-rising',
        step: 55,
        sinceStep: 10,
        healthyStep: 5,
        sentence: 'Loss rose over 10 entries in a row, from 0.5 to 0.6',
      },
    ]);
  });

  test('over 9, or with one that stays, is none', () => {
    expect(watch(row('loss', [...rising(10), 0.4, ...rising(9)]), 'sft')).toEqual([]);
    expect(watch(row('loss', [...rising(10), 0.59, ...rising(10, 0.59)]), 'sft')).toEqual([]);
  });

  test('goes on past entries that are not finite', () => {
    const values = rising(11).flatMap((loss) => [loss, Number.NaN]);
    expect(watch(row('loss', values), 'sft')).toContain('loss-rising began 1 @105');
  });
});

describe('margins of kto', () => {
  const falling = [-0.1, -0.2, -0.3, -0.4];

  test('that are negative and reach new lows after step 20', () => {
    // Steps 5 to 20 are the start; 25, 30 and 35 are three lows in a row.
    expect(watch(row(margins, [0, 0.01, -0.01, -0.02, ...falling]))).toEqual(['margin-falling began 1 @35']);
  });

  test('that do so before step 20, or fall but stay positive, or only stay below 0, are none', () => {
    expect(watch(row(margins, [...falling, 0.1, 0.2]))).toEqual([]);
    expect(watch(row(margins, [0.9, 0.9, 0.9, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]))).toEqual([]);
    expect(watch(row(margins, [-0.5, 0, 0, 0, -0.3, -0.4, -0.31, -0.2, -0.4, -0.41]))).toEqual([]);
  });

  test('that fall with NaN in between', () => {
    const values = [0, 0, 0, 0, -0.1, NaN, -0.2, NaN, -0.3];
    expect(watch(row(margins, values))).toEqual(['margin-falling began 1 @45']);
  });

  test('are nothing to other methods', () => {
    expect(watch(row(margins, [9, -9, -9, -10, -11, -12]), 'sft')).toEqual([]);
  });
});

describe('rewards of kto', () => {
  const collapsed = (step: number, up: number, down: number) =>
    trained(step, { [chosen]: up, [rejected]: down });

  test('both within 0.001 after step 10 have collapsed', () => {
    const entries = [collapsed(10, 0, 0), collapsed(15, 0.001, -0.001), collapsed(20, 0, 0)];
    expect(watch(entries)).toEqual(['reward-collapse began 1 @20']);
    expect(watch([collapsed(15, 0, 0), collapsed(20, 0.5, 0), collapsed(25, 0, 0)])).toEqual([]);
  });

  test('have not where one is further away, is absent, or is NaN', () => {
    const entries = [
      collapsed(15, 0.0011, 0),
      collapsed(20, 0, -0.0011),
      collapsed(22, 0, 0),
      trained(25, { [chosen]: 0 }),
      collapsed(30, 0, Number.NaN),
    ];
    expect(watch(entries)).toEqual([]);
  });
});

describe('evaluations', () => {
  /** Training entries between evaluations with these losses. */
  function run(evals: readonly number[], losses: readonly number[]): MetricEntry[] {
    return evals.flatMap((evalLoss, index) => [
      trained((index + 1) * 10, { loss: losses[index] ?? 0 }),
      evaluated((index + 1) * 10, evalLoss),
    ]);
  }

  test('that rise 3 times while training loss falls are overfitting', () => {
    const entries = run([1, 0.9, 0.91, 0.92, 0.93, 0.94, 0.5], [1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4]);
    expect(watch(entries, 'sft')).toEqual(['overfitting began 1 @50', 'overfitting ended 1 @70']);
    const sentinel = createSentinel(rulesFor('mlx'));
    expect(entries.flatMap((entry) => sentinel.observe(entry).began)).toMatchObject([
      { sinceStep: 30, healthyStep: 20, figures: { 'eval_loss before': 0.9, eval_loss: 0.93 } },
    ]);
  });

  test('that rise twice, or with the training loss, are none', () => {
    expect(watch(run([1, 1.1, 1.2, 1.1, 1.2, 1.3], [1, 0.9, 0.8, 0.7, 0.6, 0.5]), 'sft')).toEqual([]);
    expect(watch(run([1, 1.1, 1.2, 1.3], [0.5, 0.6, 0.7, 0.8]), 'sft')).toEqual([]);
  });

  test('with NaN in between still rise', () => {
    const entries = run([1, 1.1, NaN, 1.2, 1.3], [1, 0.9, 0.8, 0.7, 0.6]);
    expect(watch(entries, 'sft')).toEqual(['overfitting began 1 @50']);
  });
});

describe('the rules', () => {
  test('each have a name, a description, and kto and sft all of them together', () => {
    expect(new Set([...ruleNamesFor('kto'), ...ruleNamesFor('sft')])).toEqual(new Set(ruleNames));
    expect(Object.keys(describeRules()).toSorted()).toEqual([...ruleNames].toSorted());
    expect(ruleNamesFor('mlx')).toEqual(ruleNamesFor('sft'));
  });

  test('say what is the case in a few words, also of figures that are absent', () => {
    for (const method of ['kto', 'sft'])
      for (const { name, say } of rulesFor(method)) {
        expect(say({}), name).toMatch(/^[A-Z].{5,110}$/);
      }
  });
});

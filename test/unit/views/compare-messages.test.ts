import { expect, test } from 'vitest';
import type { ComparedSubject } from '../../../src/domain/run-comparison.js';
import { compareChart, compareMessage } from '../../../src/views/compare-message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';
import { samplePlan } from './samples.js';

const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字\n# big\u0000';

function subject(change: Partial<ComparedSubject> = {}): ComparedSubject {
  return {
    name: '20251122_143000',
    methodLabel: 'Preference learning (KTO)',
    columns: samplePlan().columns,
    figures: { loss: 0.41, kl: 0.2, 'rewards/margins': 0.7312 },
    curves: [
      {
        key: 'loss',
        label: 'Loss',
        points: [
          [10, 0.5],
          [20, 0.41],
        ],
      },
    ],
    settings: new Map<string, string | number>([
      ['Learning rate', 2e-6],
      ['Epochs', 1],
      ['Model', 'mistral'],
    ]),
    ...change,
  };
}

const other = subject({
  name: '20251123_090000',
  checkpointStep: 20,
  figures: { loss: 0.38, kl: 0.2, 'rewards/margins': 0.6 },
  settings: new Map<string, string | number>([
    ['Learning rate', 1e-6],
    ['Epochs', 1],
    ['LoRA rank', 16],
  ]),
});

const extreme = Array.from({ length: 4 }, (_, index) =>
  subject({
    name: nasty.repeat(5),
    methodLabel: nasty.repeat(5),
    checkpointStep: 1e15,
    columns: 'a b c d e f g h i j k l'
      .split(' ')
      .map((key) => ({ key, label: '漢'.repeat(8), better: 'lower' })),
    figures: Object.fromEntries(
      'a b c d e f g h i j k l'.split(' ').map((key) => [key, -1.2345e-100 * 10 ** index]),
    ),
    settings: new Map(
      'a b c d e f g h i j k l m n o p q'.split(' ').map((key) => [key + nasty, `${index}${nasty}`]),
    ),
  }),
);

test.each([
  ['compare', compareMessage([subject(), other], { chart: Buffer.from('png') })],
  ['compare-extreme', compareMessage(extreme)],
  ['compare-nothing', compareMessage([subject({ figures: {} }), subject({ settings: new Map() })])],
])('%s', async (name, message) => {
  await expectGolden(name, message);
});

test('keeps to Discord’s limits', () => {
  expect(checkMessage(compareMessage(extreme))).toEqual([]);
});

test('the picture has a panel of what all have curves of, a colour each', () => {
  const spec = compareChart([subject(), other]);
  expect(
    spec?.panels.map(({ left, series }) => [left.label, series.map(({ label, colour }) => [label, colour])]),
  ).toEqual([
    [
      'Loss',
      [
        ['A', 0],
        ['B', 1],
      ],
    ],
  ]);
  expect(spec?.panels[0]?.marks).toEqual([{ kind: 'checkpoint', x: 20 }]);
  expect(compareChart([subject(), subject({ curves: [] })])).toBeUndefined();
});

import { describe, expect, test } from 'vitest';
import type { CheckpointRow, RunCheckpoints } from '../../../src/domain/run-checkpoints.js';
import { runChart } from '../../../src/views/charts/run-chart.js';
import { checkpointsMessage } from '../../../src/views/checkpoints-message.js';
import { checkpointTable } from '../../../src/views/checkpoints-table.js';
import { columnsOf } from '../../../src/views/columns.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { expectGolden } from './golden.js';
import { anna, noon, samplePlan } from './samples.js';

const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字\n# big\u0000';

type Values = Readonly<Record<string, number>>;

function row(step: number, values: Values, change: Partial<CheckpointRow> = {}): CheckpointRow {
  const training = { kind: 'training' as const, step, values };
  return { name: `checkpoint-${step}`, step, figures: { step, approximate: false, training }, ...change };
}

const kto = (loss: number, kl: number, margin: number): Values => ({ loss, kl, 'rewards/margins': margin });

function run(change: Partial<RunCheckpoints> = {}): RunCheckpoints {
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
    checkpoints: [
      row(50, kto(0.4912, 0.0021, 0.011)),
      row(100, kto(0.3712, 0.41, 0.7312)),
      row(150, kto(0.3, 0.9, 1.2), { incomplete: 'adapter_model.safetensors is empty' }),
    ],
    finalModel: { figures: { kind: 'training', step: 160, values: kto(0.29, 1.02, 1.31) } },
    recommended: {
      step: 100,
      why: 'Step 100 has the highest margin, 0.7312, among those with KL at most 0.5.',
    },
    curves: [
      {
        key: 'loss',
        label: 'Loss',
        points: [
          [50, 0.49],
          [100, 0.37],
        ],
      },
    ],
    lastStep: 160,
    unreadableLines: 0,
    resumable: true,
    ...change,
  };
}

const extreme = run({
  name: nasty.repeat(9),
  methodLabel: nasty,
  status: 'running',
  job: { id: 999_999_999, requestedBy: '9'.repeat(20) },
  columns: ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({ key, label: '漢'.repeat(8), better: 'lower' })),
  checkpoints: Array.from({ length: 500 }, (_, index) =>
    row(
      999_999_000 + index,
      Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => [key, -1.2345e-100])),
      {
        name: nasty.repeat(9),
        incomplete: nasty.repeat(9),
      },
    ),
  ),
  finalModel: { incomplete: nasty.repeat(9) },
  unreadableLines: 1e9,
  firstNonFiniteStep: 1e9,
  problem: nasty.repeat(9),
});

describe('checkpoints as a message', () => {
  test.each([
    ['checkpoints', checkpointsMessage(run(), { chart: Buffer.from('png') })],
    [
      'checkpoints-running',
      checkpointsMessage(run({ status: 'running', job: { id: 12, requestedBy: anna }, resumable: false })),
    ],
    [
      'checkpoints-none',
      checkpointsMessage({ ...run(), checkpoints: [], curves: [], recommended: undefined as never }),
    ],
    ['checkpoints-extreme', checkpointsMessage(extreme)],
  ])('%s', async (name, message) => {
    await expectGolden(name, message);
  });

  test('keep to Discord’s limits and offer only whole ones to go on from, the recommended one first', () => {
    expect(checkMessage(checkpointsMessage(extreme))).toEqual([]);
    expect(JSON.stringify(checkpointsMessage(extreme).components)).not.toContain('checkpoints:resume');
    const menu = JSON.stringify(checkpointsMessage(run()).components?.[0]);
    expect([...menu.matchAll(/"value":"(\d+)"/g)].map(([, step]) => step)).toEqual(['100', '50']);
  });
});

describe('the table', () => {
  const figures = [0, 1, -1, 123.456, 99.96, 999.9, 9999, 1e4, 0.0123, 9e-12, NaN, Infinity, -Infinity];

  test.each(figures)('keeps to 34 columns with %d in each cell', (value) => {
    const { rows } = checkpointTable(run({ checkpoints: [row(1_000_000, kto(value, value, value))] }));
    expect(rows).toHaveLength(3);
    expect(rows.filter((line) => columnsOf(line) > 34)).toEqual([]);
    expect(rows[0]).toMatch(/^ Step .*Margin/);
  });

  test('has Eval where it is logged, and Score 0 where KL is not above 0', () => {
    const evaluated = row(50, kto(0.5, -0.1, 0.2));
    const evaluation = { kind: 'evaluation' as const, step: 50, values: { eval_loss: 0.75 } };
    const { rows } = checkpointTable({
      ...run({
        checkpoints: [
          { ...evaluated, figures: { ...evaluated.figures, step: 50, approximate: false, evaluation } },
        ],
        recommended: { step: 50, why: '' },
      }),
      finalModel: undefined as never,
    });
    expect(rows).toEqual([' Step Loss    KL Margin Score Eval', '★50   0.50 -0.10   0.20     0 0.75']);
  });

  test('drops what says least first where it is too wide', () => {
    const values = { ...kto(0.5, 0.1, 0.2), learning_rate: 2e-6 };
    const { rows } = checkpointTable(run({ checkpoints: [row(1_000_000_000, values)] }));
    expect(rows[0]).toBe(' Step       Loss   KL Margin Score');
  });

  test('keeps the newest, and the recommended one', () => {
    const checkpoints = Array.from({ length: 60 }, (_, index) => row(index + 1, kto(0.5, 0.1, 0.2)));
    const { rows, left } = checkpointTable(run({ checkpoints, recommended: { step: 3, why: '' } }));
    expect(left).toBe(19);
    expect(rows[2]).toMatch(/^★3 /);
    expect(rows[3]).toMatch(/^ 21 /);
    expect(rows).toHaveLength(1 + 1 + 1 + 40);
  });
});

test('the picture marks the checkpoints, and the recommended one by a line', () => {
  expect(runChart(run())?.panels[0]?.marks).toEqual([
    { kind: 'checkpoint', x: 50 },
    { kind: 'checkpoint', x: 150 },
    { kind: 'recommended', x: 100, label: 'step 100' },
  ]);
  expect(runChart(run({ curves: [] }))).toBeUndefined();
});

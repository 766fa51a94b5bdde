import { describe, expect, test } from 'vitest';
import type { PlanState, StoredPlan } from '../../../src/domain/plan.js';
import { chooseTrainingMessage } from '../../../src/views/choose-message.js';
import type { MessageBody } from '../../../src/views/message.js';
import { editableFields, planEditModal } from '../../../src/views/plan-edit-modal.js';
import { closedPlanMessage, planMessage, planStateText } from '../../../src/views/plan-message.js';
import { checkMessage, checkModal } from '../../helpers/discord-limits.js';
import { renderMessage, renderModal } from '../../helpers/render-message.js';
import { expectGolden, expectGoldenText } from './golden.js';
import { anna, bert, blocker, noon, samplePlan, samplePlanRecord, warning } from './samples.js';
import { makeUploadedModel, makeUploadPlan } from '../../helpers/upload-plan.js';

const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字';
const long = `${nasty}${'ä🦥'.repeat(70)}`.slice(0, 200);

const extremePlan = samplePlan({
  platform: long,
  method: long,
  methodLabel: long,
  note: long,
  dryRun: true,
  settings: [
    { key: 'model', label: 'Model', value: long, fileValue: long },
    { key: 'dataset', label: 'Dataset', value: long, fileValue: long },
    { key: 'epochs', label: 'Epochs', value: 1e9, fileValue: 1e-9 },
    { key: 'max_steps', label: 'Max steps', value: 123_456_789_012, fileValue: 987_654_321_098 },
    { key: 'learning_rate', label: 'Learning rate', value: 1.23456789e-9, fileValue: 9.87654321e-9 },
    { key: 'odd', label: long, value: long, fileValue: long },
  ],
  dataset: {
    path: long,
    name: long,
    sizeBytes: 1e12,
    modifiedMs: noon,
    sha256: '',
    examples: 1e9,
    labels: { desirable: 1e9 - 1, undesirable: 1 },
  },
  resumeFrom: { path: long, label: long, step: 1e9 },
  totalSteps: 1e9,
  effectiveBatch: 1e9,
  launch: { argv: [long, long, ...Array.from({ length: 40 }, () => long)], cwd: long, env: {} },
  findings: Array.from({ length: 8 }, (_, index) => ({
    level: index === 6 ? ('blocker' as const) : ('warning' as const),
    code: `f${index}`,
    message: index === 6 ? `The blocker: ${long}` : long.repeat(3),
    remedy: long.repeat(3),
  })),
});

const upload = makeUploadPlan({
  source: makeUploadedModel({ path: '/srv/runs/1/final_model' }),
  repoId: 'anna/kto-behaviour',
  launch: { argv: ['python'], cwd: '/srv', env: {} },
});

const bare = samplePlan({
  platform: 'mac',
  method: 'mlx',
  methodLabel: 'LoRA with MLX',
  settings: [
    { key: 'model', label: 'Model', value: 'mlx-community/Mistral-7B' },
    { key: 'batch_size', label: 'Batch size', value: 1 },
    { key: 'learning_rate', label: 'Learning rate', value: 1e-5 },
  ],
});
delete (bare as { dataset?: unknown }).dataset;
delete (bare as { totalSteps?: unknown }).totalSteps;
delete (bare as { effectiveBatch?: unknown }).effectiveBatch;

function withFindings(...findings: StoredPlan['plan']['findings'][number][]): StoredPlan {
  return samplePlanRecord({ plan: samplePlan({ findings }) });
}

function title(message: MessageBody): string {
  return message.embeds?.[0]?.title ?? '';
}

describe('a plan to be confirmed', () => {
  test.each([
    ['plan-ready', planMessage(samplePlanRecord())],
    ['plan-warned', planMessage(withFindings(warning))],
    ['plan-blocked', planMessage(withFindings(warning, blocker))],
    [
      'plan-changed',
      planMessage(samplePlanRecord(), {
        changes: ['Datasets/behaviour_kto_v2.jsonl has changed: 1.2 kB more.', 'config.yaml has changed.'],
      }),
    ],
    [
      'plan-resumed-dry-run',
      planMessage(
        samplePlanRecord({
          plan: samplePlan({
            dryRun: true,
            note: 'second try with *half* the rate',
            resumeFrom: {
              path: '/srv/r/checkpoints/checkpoint-100',
              label: '20251121_090000 / 100',
              step: 100,
            },
          }),
        }),
      ),
    ],
    ['plan-bare', planMessage(samplePlanRecord({ plan: bare }))],
    ['plan-upload', planMessage(samplePlanRecord({ plan: upload }))],
    ['plan-extreme', planMessage(samplePlanRecord({ plan: extremePlan }), { changes: Array(9).fill(long) })],
  ])('%s', async (name, message) => {
    await expectGolden(name, message);
  });

  test('can be started only without blockers', () => {
    const startOf = (stored: StoredPlan) =>
      JSON.parse(JSON.stringify(planMessage(stored).components))[0].components[0];
    expect(startOf(samplePlanRecord())).toMatchObject({ custom_id: 'plan:start:p7f3k2', style: 3 });
    expect(startOf(withFindings(warning)).disabled).toBeUndefined();
    expect(startOf(withFindings(warning, blocker)).disabled).toBe(true);
    expect(title(planMessage(withFindings(warning, blocker)))).toMatch(/^⛔ Cannot start/);
    expect(title(planMessage(withFindings(warning)))).toMatch(/^⚠️ 1 warning/);
  });

  test('names the blocker first and keeps it however much else there is to say', () => {
    const { description = '' } = planMessage(samplePlanRecord({ plan: extremePlan })).embeds?.[0] ?? {};
    expect(description).toMatch(/^⛔ \*\*\u2068?The blocker/);
    expect(description).toMatch(/… and \d more findings/);
    expect(description).toContain('Total steps');
  });

  test('says beside an overridden value what the file says, and nothing beside the others', () => {
    const text = renderMessage(planMessage(samplePlanRecord()));
    expect(text).toMatch(/Epochs +3 {2}file: 1\n/);
    expect(text).toMatch(/Learning rate +2e-6 {2}file: 1e-6\n/);
    expect(text.match(/file: /g)).toHaveLength(2);
  });

  test('never rounds a lone example of a label away', () => {
    const plan = samplePlan({
      dataset: { ...extremePlan.dataset!, name: 'x', labels: { desirable: 999, undesirable: 1 } },
    });
    expect(renderMessage(planMessage(samplePlanRecord({ plan })))).toContain('(99 : 1)');
    const one = samplePlan({ dataset: { ...plan.dataset!, labels: { desirable: 1000, undesirable: 0 } } });
    expect(renderMessage(planMessage(samplePlanRecord({ plan: one })))).toContain('(100 : 0)');
  });
});

const closings: readonly (readonly [string, PlanState])[] = [
  ['confirmed', { name: 'confirmed', by: bert, at: noon + 60_000, jobIds: [12] }],
  ['cancelled', { name: 'cancelled', by: anna, at: noon + 60_000 }],
  ['expired', { name: 'expired', at: noon + 900_000 }],
  ['replaced', { name: 'replaced', by: 'other', at: noon + 60_000 }],
];

describe('a plan that is closed', () => {
  test.each(closings)('%s', async (name, state) => {
    const stored = samplePlanRecord({ state, plan: samplePlan({ findings: [warning] }) });
    const message = closedPlanMessage(stored);
    expect(message.components).toEqual([]);
    await expectGolden(`plan-closed-${name}`, message);
    await expectGoldenText(`plan-told-${name}`, `${planStateText(state)}\n`);
  });

  test('says "started" only of a plan that was confirmed', () => {
    for (const [name, state] of closings) {
      const text = renderMessage(closedPlanMessage(samplePlanRecord({ state })));
      expect(text.includes('Nothing was started')).toBe(name !== 'confirmed');
      expect(/^│ ## ✅ Started/m.test(text)).toBe(name === 'confirmed');
    }
  });

  test('names the channel of the job where it is another one', () => {
    const stored = samplePlanRecord({
      state: { name: 'confirmed', by: anna, at: noon, jobIds: [12, 13, 14] },
    });
    const text = renderMessage(closedPlanMessage(stored, { jobsChannelId: '77' }));
    expect(text).toContain('Started as jobs 12, 13 and 14 by');
    expect(text).toContain('in <#77>');
    expect(renderMessage(closedPlanMessage(stored))).not.toContain('<#');
  });

  test('stays within the limits with extreme names', () => {
    for (const [, state] of closings) {
      expect(checkMessage(closedPlanMessage(samplePlanRecord({ state, plan: extremePlan })))).toEqual([]);
    }
  });
});

describe('the modal behind Edit', () => {
  test.each([
    ['modal-edit', samplePlan()],
    ['modal-edit-bare', bare],
    ['modal-edit-extreme', extremePlan],
  ])('%s', async (name, plan) => {
    const modal = planEditModal('p7f3k2', plan);
    expect(checkModal(modal)).toEqual([]);
    await expectGoldenText(name, renderModal(modal));
  });

  test('opens with the values of the plan', () => {
    expect(editableFields(samplePlan()).map(({ key, shown }) => [key, shown])).toEqual([
      ['dataset', 'Datasets/behaviour_kto_v2.jsonl'],
      ['epochs', '3'],
      ['max_steps', ''],
      ['batch_size', '4'],
      ['learning_rate', '2e-6'],
    ]);
  });
});

describe('the menu that asks what to train', () => {
  const entry = (index: number) => ({ label: `m${index} on rtx`, value: `rtx/m${index}`, description: 'd' });

  test('a few choices', async () => {
    await expectGolden('choose-training', chooseTrainingMessage('d1', [entry(1), entry(2)], anna));
  });

  test('more choices than a menu holds, with long names', async () => {
    const entries = Array.from({ length: 40 }, (_, index) => ({
      ...entry(index),
      label: long,
      description: long,
    }));
    const message = chooseTrainingMessage('d1', entries, anna);
    expect(checkMessage(message)).toEqual([]);
    expect(message.embeds?.[0]?.description).toContain('15 more do not fit');
  });
});

import { describe, expect, test } from 'vitest';
import type { Finding, StoredPlan } from '../../../src/domain/plan.js';
import type { ExistingRepo, UploadBatch, UploadPlan } from '../../../src/domain/upload-plan.js';
import { closedPlanMessage, planMessage } from '../../../src/views/plan-message.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { makeUploadedModel, makeUploadPlan } from '../../helpers/upload-plan.js';
import { expectGolden } from './golden.js';
import { bert, noon, samplePlan, samplePlanRecord } from './samples.js';

const { columns } = samplePlan();

function planOf(step: number | undefined, over: Partial<UploadPlan> = {}): UploadPlan {
  return makeUploadPlan({
    source: makeUploadedModel({
      methodLabel: 'Preference learning (KTO)',
      checkpoint: step === undefined ? 'final_model' : `checkpoint-${step}`,
      ...(step !== undefined && { step }),
      figures: { loss: 0.3712, kl: 0.41, 'rewards/margins': 0.7312, learning_rate: 2e-7 },
      columns,
    }),
    repoId: `anna/behaviour-kto${step === undefined ? '' : `-step-${step}`}`,
    saveMethod: 'merged_16bit',
    quantizations: ['Q4_K_M', 'Q5_K_M', 'Q8_0'],
    uploadBytes: 31.4e9,
    diskBytes: 45.6e9,
    launch: {
      argv: ['python', '-m', 'shared.upload.cli.upload_cli', '/srv/runs/1/final_model', 'anna/behaviour-kto'],
      cwd: '/srv/toolset/Trainers',
      env: {},
    },
    ...over,
  });
}

const card = `---
library_name: transformers
base_model: "unsloth/mistral-7b-v0.3-bnb-4bit"
datasets:
- "behaviour_kto_v2"
tags:
- fine-tuned
- kto
---

# behaviour-kto

Formats: merged_16bit, gguf.
`;

const existing: ExistingRepo = {
  owner: 'anna',
  private: true,
  lastModifiedMs: noon - 86_400_000,
  commit: '0'.repeat(40),
  files: 12,
};

const blocker: Finding = {
  level: 'blocker',
  code: 'token-missing',
  message: 'No token for the Hub is set.',
  remedy: 'Set HF_TOKEN in the environment of the bot or in the .env of the toolset.',
};
const warning: Finding = {
  level: 'warning',
  code: 'repo-exists',
  message:
    'anna/behaviour-kto exists with 12 files, last changed on 2025-11-21: files of the same names are overwritten.',
  remedy: 'Choose another name to keep it as it is.',
};

const batch: UploadBatch = {
  kind: 'upload-batch',
  uploads: [planOf(50), planOf(100), planOf(150, { findings: [{ ...warning, code: 'x' }] })],
  findings: [{ ...warning, message: 'The disk would be nearly full.', remedy: 'Free some of it.' }],
};

const asked = { name: 'open', overwriteAsked: { by: bert, at: noon } } as const;

const open: readonly (readonly [string, Partial<StoredPlan>])[] = [
  ['ready', { plan: planOf(100) }],
  ['blocked', { plan: planOf(undefined, { findings: [warning, blocker] }) }],
  ['overwrites', { plan: planOf(undefined, { findings: [warning], overwrites: existing }) }],
  [
    'overwrites-asked',
    { plan: planOf(undefined, { findings: [warning], overwrites: existing }), state: asked },
  ],
  [
    'batch-overwrites-asked',
    {
      plan: {
        ...batch,
        uploads: [
          planOf(50, { overwrites: existing }),
          planOf(100, { overwrites: { ...existing, files: 1 } }),
        ],
      },
      state: asked,
    },
  ],
  ['batch', { plan: batch }],
  ['made', { plan: planOf(undefined, { made: true }) }],
  ['hub', { plan: ofHub() }],
];

function ofHub(): UploadPlan {
  const { saveMethod: _, ...plan } = planOf(undefined, { repoId: 'anna/base-GGUF', private: false });
  return { ...plan, source: { kind: 'hub', repoId: 'anna/base', commit: '0'.repeat(40) } };
}

describe('a plan of an upload', () => {
  test.each(open)('%s', async (name, change) => {
    await expectGolden(`upload-plan-${name}`, planMessage(samplePlanRecord(change), { card }));
  });

  test.each([
    ['confirmed', { name: 'confirmed', by: bert, at: noon, jobIds: [7] }],
    ['cancelled', { name: 'cancelled', by: bert, at: noon }],
    ['expired', { name: 'expired', at: noon }],
    ['replaced', { name: 'replaced', at: noon, by: 'p2' }],
  ] as const)('that was %s says what became of it', async (name, state) => {
    await expectGolden(
      `upload-plan-closed-${name}`,
      closedPlanMessage(samplePlanRecord({ plan: planOf(100), state })),
    );
    const many = samplePlanRecord({
      plan: batch,
      state: state.name === 'confirmed' ? { ...state, jobIds: [7, 8, 9] } : state,
    });
    expect(checkMessage(closedPlanMessage(many))).toEqual([]);
    if (name === 'confirmed') await expectGolden('upload-plan-closed-batch', closedPlanMessage(many));
  });

  test('of which files changed tells them', async () => {
    const message = planMessage(samplePlanRecord({ plan: planOf(100) }), {
      changes: ['final_model has changed.'],
    });
    await expectGolden('upload-plan-changed', message);
  });

  test('holds whatever names and cards bring', async () => {
    const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字'.padEnd(400, 'ä🦥');
    const findings = Array.from({ length: 9 }, () => ({ ...warning, message: nasty, remedy: nasty }));
    const wild = planOf(1e9, {
      source: makeUploadedModel({
        runName: nasty,
        methodLabel: nasty,
        step: 1e9,
        columns: columns.map((column) => ({ ...column, label: nasty })),
        figures: { loss: Number.NaN, kl: Infinity },
      }),
      repoId: nasty,
      quantizations: Array.from({ length: 30 }, () => nasty),
      overwrites: { ...existing, owner: nasty, files: 1e9 },
      uploadBytes: Infinity,
      diskBytes: -1,
      findings,
      launch: { argv: [nasty, ...Array.from({ length: 40 }, () => nasty)], cwd: nasty, env: {} },
    });
    const many: UploadBatch = {
      kind: 'upload-batch',
      uploads: Array.from({ length: 25 }, () => wild),
      findings,
    };
    const wildCard = Array.from({ length: 50 }, () => nasty).join('\n');
    const changes = Array.from({ length: 9 }, () => nasty);
    for (const plan of [wild, many]) {
      for (const state of [{ name: 'open' }, asked] as const) {
        const stored = samplePlanRecord({ plan, state });
        expect(checkMessage(planMessage(stored, { card: wildCard, changes }))).toEqual([]);
      }
      const closed = samplePlanRecord({
        plan,
        state: { name: 'confirmed', by: bert, at: noon, jobIds: [1] },
      });
      expect(checkMessage(closedPlanMessage(closed))).toEqual([]);
    }
    await expectGolden(
      'upload-plan-extreme',
      planMessage(samplePlanRecord({ plan: many, state: asked }), { card: wildCard }),
    );
  });
});

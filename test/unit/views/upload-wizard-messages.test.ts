import { describe, expect, test } from 'vitest';
import type { RunCheckpoints } from '../../../src/domain/run-checkpoints.js';
import type { RunListEntry, RunListPage } from '../../../src/domain/run-list.js';
import type { UploadWizard } from '../../../src/domain/upload-wizard.js';
import type { WizardQuestion } from '../../../src/views/upload-wizard-body.js';
import { uploadRepoModal } from '../../../src/views/upload-repo-modal.js';
import {
  uploadCheckingMessage,
  uploadShownMessage,
  uploadWizardMessage,
} from '../../../src/views/upload-wizard-message.js';
import { checkMessage, checkModal } from '../../helpers/discord-limits.js';
import { renderModal } from '../../helpers/render-message.js';
import { expectGolden, expectGoldenText } from './golden.js';
import { anna, noon, samplePlan } from './samples.js';

const { columns } = samplePlan();
const nasty = '‮`|| ```@everyone <@&1> [x](https://evil.example) **b** שלום 🦥👨‍👩‍👧‍👦漢字'.padEnd(300, 'ä🦥');

const run = {
  id: 'a'.repeat(16),
  name: '20251122_143000',
  method: 'kto',
  methodLabel: 'Preference learning (KTO)',
};
const begun: UploadWizard = {
  requestedBy: anna,
  fixed: [],
  skipped: [],
  private: true,
  marked: ['Q4_K_M', 'Q5_K_M', 'Q8_0'],
  page: 0,
};
const ofRun: UploadWizard = { ...begun, source: 'run', type: { platform: 'rtx', method: 'kto' }, run };
const named: UploadWizard = { ...ofRun, checkpoints: [100], repo: 'anna/behaviour-kto' };
const saved: UploadWizard = { ...named, saveMethod: 'merged_16bit' };
const hub: UploadWizard = { ...begun, source: 'hub', private: false };

const entry: RunListEntry = {
  ...run,
  platform: 'rtx',
  columns,
  modifiedMs: noon,
  status: 'finished',
  hasFinalModel: true,
  checkpoints: 3,
  lastStep: 150,
  totalSteps: 150,
  figures: { 'rewards/margins': 0.731 },
};
const page: RunListPage = {
  filter: {},
  page: 1,
  entries: [
    entry,
    { ...entry, id: 'b'.repeat(16), name: '20251121_090000', status: 'unfinished', hasFinalModel: false },
  ],
  total: 22,
  problems: [],
};

const shown: RunCheckpoints = {
  ...entry,
  checkpoints: [50, 100, 150].map((step) => ({
    name: `checkpoint-${step}`,
    step,
    ...(step === 150 && { incomplete: 'adapter_model.safetensors is empty' }),
    figures: {
      step,
      approximate: false,
      training: {
        kind: 'training',
        step,
        values: { loss: 40 / step, kl: 0.1, 'rewards/margins': step / 100 },
      },
    },
  })),
  finalModel: {},
  recommended: { step: 100, why: 'Step 100 has the highest margin, 1, among those with KL at most 0.5.' },
  curves: [],
  unreadableLines: 0,
  resumable: true,
};

const type = {
  platform: 'rtx',
  platformLabel: 'NVIDIA GPU',
  method: 'kto',
  methodLabel: 'Preference learning (KTO)',
  runs: 12,
  newestMs: noon,
};
const quantizations = ['Q4_K_M', 'Q5_K_M', 'Q8_0', 'Q2_K'];
const estimates = [
  { saveMethod: 'merged_16bit', uploadBytes: 14.5e9 },
  { saveMethod: 'merged_4bit', uploadBytes: 3.9e9 },
  { saveMethod: 'lora', uploadBytes: 320e6 },
] as const;

const steps: readonly (readonly [string, UploadWizard, WizardQuestion])[] = [
  [
    'type',
    begun,
    {
      step: 'type',
      types: [type, { ...type, platform: 'mac', method: 'mlx', methodLabel: 'LoRA with MLX', runs: 1 }],
    },
  ],
  ['type-none', begun, { step: 'type', types: [] }],
  ['run', { ...begun, type: { platform: 'rtx', method: 'kto' } }, { step: 'run', page }],
  ['checkpoints', ofRun, { step: 'checkpoints', run: shown }],
  ['repo', { ...ofRun, checkpoints: ['final'] }, { step: 'repo', username: 'anna' }],
  ['repo-several', { ...ofRun, checkpoints: [50, 100] }, { step: 'repo' }],
  ['repo-hub', hub, { step: 'repo', username: 'anna' }],
  ['save', named, { step: 'save', estimates }],
  ['gguf', saved, { step: 'gguf', quantizations }],
  ['gguf-public', { ...saved, private: false, marked: [] }, { step: 'gguf', quantizations }],
  ['gguf-hub', { ...hub, repo: 'anna/base' }, { step: 'gguf', quantizations }],
];
const options = { draftId: 'd'.repeat(12), canGoBack: true };

describe('a step of the questions', () => {
  test.each(steps)('%s', async (name, wizard, question) => {
    await expectGolden(`upload-wizard-${name}`, uploadWizardMessage(wizard, question, options));
  });

  test('says why the last answer was not taken', async () => {
    const problem = {
      message: 'The repository\'s name "a--b" has "--" in it.',
      remedy: 'The Hub\'s rule: no "--" and no ".." in it.',
    };
    const message = uploadWizardMessage(
      { ...ofRun, checkpoints: ['final'] },
      { step: 'repo' },
      { ...options, problem },
    );
    await expectGolden('upload-wizard-problem', message);
  });

  test('has no Back where there is nothing to go back to', () => {
    const message = uploadWizardMessage(
      begun,
      { step: 'type', types: [type] },
      { ...options, canGoBack: false },
    );
    expect(JSON.stringify(message)).not.toContain('Back');
  });

  test('holds whatever runs, names and numbers bring', () => {
    const wild: UploadWizard = {
      ...saved,
      run: { ...run, name: nasty, methodLabel: nasty },
      checkpoints: Array.from({ length: 10 }, () => 1e15),
      repo: nasty,
      marked: Array.from({ length: 40 }, () => nasty),
    };
    const wildest = {
      ...entry,
      name: nasty,
      method: nasty,
      methodLabel: nasty,
      problem: nasty,
      lastStep: 1e15,
    };
    const many = Array.from({ length: 200 }, (_, index) => ({
      ...shown.checkpoints[0]!,
      name: nasty,
      step: index * 1e6,
      ...(index % 2 === 0 && { incomplete: nasty }),
    }));
    const questions: WizardQuestion[] = [
      {
        step: 'type',
        types: Array.from({ length: 40 }, (_, index) => ({
          ...type,
          method: `m${index}`,
          methodLabel: nasty,
          platformLabel: nasty,
        })),
      },
      {
        step: 'run',
        page: {
          ...page,
          entries: Array.from({ length: 10 }, (_, index) => ({ ...wildest, id: String(index) })),
          problems: [nasty],
          total: 1e9,
        },
      },
      { step: 'checkpoints', run: { ...shown, ...wildest, checkpoints: many, problem: nasty } },
      { step: 'repo', username: nasty },
      { step: 'save', estimates: estimates.map((one) => ({ ...one, uploadBytes: Number.NaN })) },
      {
        step: 'gguf',
        quantizations: Array.from({ length: 40 }, (_, index) => `${index}${nasty}`.slice(0, 90)),
      },
    ];
    const problem = { message: nasty.repeat(4), remedy: nasty.repeat(4) };
    for (const question of questions) {
      for (const wizard of [wild, begun, hub]) {
        expect(checkMessage(uploadWizardMessage(wizard, question, { ...options, problem }))).toEqual([]);
      }
    }
    expect(checkMessage(uploadCheckingMessage(wild, options))).toEqual([]);
    expect(checkMessage(uploadShownMessage(wild, options))).toEqual([]);
  });
});

test('at the end it says where the plan is, and offers Back', async () => {
  const done: UploadWizard = { ...saved, quantizations: [] };
  await expectGolden('upload-wizard-checking', uploadCheckingMessage(done, options));
  const url = 'https://discord.com/channels/1/2/3';
  await expectGolden('upload-wizard-shown', uploadShownMessage(done, { ...options, url }));
  await expectGolden(
    'upload-wizard-shown-typed',
    uploadShownMessage(done, { ...options, canGoBack: false, url }),
  );
});

test('the form for the repository is within Discord’s limits', async () => {
  const form = uploadRepoModal('d'.repeat(12), {
    hub: false,
    username: 'anna',
    suggestion: 'kto-20251122_143000',
  });
  expect(checkModal(form)).toEqual([]);
  await expectGoldenText('modal-upload-repo', renderModal(form));
  expect(checkModal(uploadRepoModal('d', { hub: true, username: nasty, suggestion: nasty }))).toEqual([]);
});

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Overrides, TrainPlan } from '../../src/domain/train-plan.js';
import { UserError } from '../../src/domain/user-error.js';
import { choiceName, choiceValue, matchesTyped } from '../../src/services/training/choice-value.js';
import { computeTotalSteps } from '../../src/services/training/total-steps.js';
import type { TrainingDesk, TrainRequest } from '../../src/services/training/training-desk.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import {
  ktoLines,
  makeDesk,
  makeHost,
  readManifest,
  sftLines,
  writeToolset,
  writeTree,
} from '../helpers/toolset-tree.js';

let root: string;
let desk: TrainingDesk;

beforeEach(async () => {
  root = await makeTempDir();
  writeToolset(root, '2025');
  const { env } = makeHost(await makeTempDir());
  desk = makeDesk(root, { manifest: readManifest('2025'), env, environment: 'none' });
});

const request = (
  method: string,
  overrides: Overrides = {},
  over: Partial<TrainRequest> = {},
): TrainRequest => ({
  platform: method === 'mlx' ? 'mac' : 'rtx',
  method,
  overrides,
  dryRun: false,
  ...over,
});

function setting(plan: TrainPlan, key: string): unknown {
  const found = plan.settings.find((each) => each.key === key);
  return found?.fileValue === undefined ? found?.value : [found.value, found.fileValue];
}

async function refusal(asked: TrainRequest): Promise<string> {
  try {
    await desk.plan(asked);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} | ${error.remedy}`;
    throw error;
  }
  return 'none';
}

describe('a plan', () => {
  it('says what the config file says', async () => {
    const plan = await desk.plan(request('kto'));
    expect(plan).toMatchObject({
      kind: 'train',
      platform: 'rtx',
      method: 'kto',
      methodLabel: 'Preference learning (KTO)',
      dataset: {
        name: 'Datasets/kto.jsonl',
        path: join(root, 'Datasets/kto.jsonl'),
        examples: 100,
        labels: { desirable: 60, undesirable: 40 },
      },
      configFile: { path: join(root, 'Trainers/rtx3090_kto/configs/config.yaml') },
      effectiveBatch: 24,
      // 100 examples are 25 batches of 4, those are 5 steps of 6 batches.
      totalSteps: 5,
      epochs: 1,
      launch: {
        argv: [expect.stringMatching(/^\/.+python3$/), 'train_kto.py'],
        cwd: join(root, 'Trainers/rtx3090_kto'),
        env: { PYTHONUNBUFFERED: '1', PYTHONIOENCODING: 'utf-8' },
      },
      dryRun: false,
      overrides: {},
      findings: [],
    });
    expect(Object.fromEntries(plan.settings.map(({ key, value }) => [key, value]))).toEqual({
      model: 'unsloth/mistral-7b-v0.3-bnb-4bit',
      max_seq_length: 2048,
      load_in_4bit: true,
      epochs: 1,
      batch_size: 4,
      gradient_accumulation: 6,
      learning_rate: 0.000001,
      warmup_ratio: 0.1,
      lora_r: 32,
      lora_alpha: 64,
      lora_dropout: 0.05,
      beta: 0.1,
      desirable_weight: 1,
      undesirable_weight: 1,
      dataset: 'Datasets/kto.jsonl',
    });
    expect(plan.settings.every((each) => each.fileValue === undefined)).toBe(true);
  });

  it('turns overrides into flags with their values as arguments of their own, and keeps what the file says', async () => {
    writeTree(root, { 'Datasets/more/other.jsonl': ktoLines(30, 30) });
    const plan = await desk.plan(
      request(
        'kto',
        {
          model: 'unsloth/Qwen3-4B',
          dataset: 'Datasets/more/other.jsonl',
          epochs: 2,
          batch_size: 2,
          learning_rate: 5e-7,
        },
        { dryRun: true, note: 'a try' },
      ),
    );
    expect(plan.launch.argv.slice(1)).toEqual([
      'train_kto.py',
      '--model-name',
      'unsloth/Qwen3-4B',
      '--local-file',
      join(root, 'Datasets/more/other.jsonl'),
      '--num-epochs',
      '2',
      '--batch-size',
      '2',
      '--learning-rate',
      '5e-7',
      '--dry-run',
    ]);
    expect(setting(plan, 'model')).toEqual(['unsloth/Qwen3-4B', 'unsloth/mistral-7b-v0.3-bnb-4bit']);
    expect(setting(plan, 'dataset')).toEqual(['Datasets/more/other.jsonl', 'Datasets/kto.jsonl']);
    expect(setting(plan, 'epochs')).toEqual([2, 1]);
    expect(setting(plan, 'learning_rate')).toEqual([5e-7, 1e-6]);
    expect(setting(plan, 'lora_r')).toBe(32);
    // 60 examples are 30 batches of 2, those are 5 steps of 6 batches, twice.
    expect(plan).toMatchObject({
      effectiveBatch: 12,
      totalSteps: 10,
      epochs: 2,
      dryRun: true,
      note: 'a try',
    });
  });

  it('lets max_steps decide the steps', async () => {
    const plan = await desk.plan(request('sft', { max_steps: 7 }));
    expect(plan.totalSteps).toBe(7);
    expect(plan.launch.argv.slice(1)).toEqual(['train_sft.py', '--max-steps', '7']);
    // -1 in the config file means none, so there is nothing to show beside it.
    expect(setting(plan, 'max_steps')).toBe(7);
    expect((await desk.plan(request('sft'))).settings.some(({ key }) => key === 'max_steps')).toBe(false);
  });

  it('of mlx names the config by its flag', async () => {
    const plan = await desk.plan(request('mlx'));
    expect(plan.launch).toMatchObject({
      argv: [expect.stringMatching(/python3$/), 'main.py', '--config', 'config/config.yaml'],
      cwd: join(root, 'Trainers/mistral_lora_mac'),
    });
    // 100 examples in batches of 2, twice.
    expect(plan).toMatchObject({ totalSteps: 100, effectiveBatch: 2 });
    const other = await desk.plan(request('mlx', { dataset: 'Datasets/sft.jsonl' }));
    expect(other.launch.argv.slice(4)).toEqual(['--dataset', join(root, 'Datasets/sft.jsonl')]);
  });

  it('leaves out what cannot be known', async () => {
    writeFileSync(
      join(root, 'Trainers/rtx3090_kto/configs/config.yaml'),
      'dataset: { dataset_name: org/pairs }\n',
    );
    const plan = await desk.plan(request('kto'));
    expect(plan.totalSteps).toBeUndefined();
    expect(plan.effectiveBatch).toBeUndefined();
    expect(plan.dataset).toBeUndefined();
    expect(plan.settings).toEqual([{ key: 'dataset', label: 'Dataset', value: 'org/pairs' }]);
  });

  it('follows the folder for runs that the config names', async () => {
    expect((await desk.plan(request('sft'))).layout).toMatchObject({
      runsDir: join(root, 'Trainers/rtx3090_sft/sft_output_rtx3090'),
    });
    writeFileSync(
      join(root, 'Trainers/rtx3090_sft/configs/config.yaml'),
      'training: { output_dir: ./elsewhere }\ndataset: { local_file: ../../Datasets/sft.jsonl }',
    );
    expect((await desk.plan(request('sft'))).layout).toMatchObject({
      runsDir: join(root, 'Trainers/rtx3090_sft/elsewhere'),
      oldRunsDirs: [
        join(root, 'Trainers/rtx3090_sft/sft_output_rtx3090'),
        // Where the layout of 2026 has its runs.
        join(root, 'Trainers/sft/sft_output'),
      ],
    });
  });
});

describe('a request is refused', () => {
  it('for a method that is not there', async () => {
    expect(await refusal(request('dpo'))).toBe(
      'The toolset has no method dpo on the platform rtx. | Choose one of: rtx sft, rtx kto, mac mlx.',
    );
    rmSync(join(root, 'Trainers'), { recursive: true });
    expect(await refusal(request('kto'))).toMatch(/\| Check toolset\.root and toolset\.manifest\.$/);
  });

  it('for what the trainer has no flag for, by name', async () => {
    expect(await refusal(request('mlx', { learning_rate: 1e-5, epochs: 1 }, { dryRun: true }))).toBe(
      'The mlx trainer has no flag for epochs, learning_rate, dry_run. | Leave them out, or set them in Trainers/mistral_lora_mac/config/config.yaml.',
    );
    expect(await refusal(request('mlx', {}, { dryRun: true }))).toBe(
      'The mlx trainer has no flag for dry_run. | Leave it out.',
    );
  });

  it('for values out of type or range, all at once', async () => {
    expect(
      await refusal(request('kto', { epochs: 0, batch_size: 2.5, learning_rate: 2, max_steps: -1 })),
    ).toBe(
      'Epochs is 0, not above 0. Max steps is -1, below 1. Batch size is 2.5, not a whole number. Learning rate is 2, above 1. | ' +
        'Epochs: give a number above 0 to 1000. Max steps: give a whole number from 1 to 10000000. ' +
        'Batch size: give a whole number from 1 to 4096. Learning rate: give a number above 0 to 1.',
    );
    expect(await refusal(request('kto', { learning_rate: Number.NaN }))).toMatch(
      /^Learning rate is NaN, not a number/,
    );
  });

  it('for a model that is no name of the Hub', async () => {
    for (const model of ['--config', '../secret', '/etc/passwd', 'a/b/c', 'a b', '', 'x'.repeat(200), '-m']) {
      expect(await refusal(request('kto', { model }))).toMatch(
        /^Model is ".*", not a name of the Hugging Face Hub\./,
      );
    }
  });

  it('for a dataset that is not among those of the toolset', async () => {
    writeTree(root, { 'Datasets/a/same.jsonl': sftLines(1), 'Datasets/b/same.jsonl': sftLines(1) });
    expect(await refusal(request('kto', { dataset: 'Datasets/kt0.jsonl' }))).toBe(
      'There is no dataset "Datasets/kt0.jsonl" in the toolset. Did you mean Datasets/kto.jsonl? | Choose one of the list that appears while you type.',
    );
    for (const dataset of [
      '../../etc/passwd',
      '/etc/passwd',
      'Datasets/../Datasets/kto.jsonl',
      '--dry-run',
    ]) {
      expect(await refusal(request('kto', { dataset }))).toMatch(/^There is no dataset/);
    }
    expect(await refusal(request('kto', { dataset: 'same.jsonl' }))).toMatch(
      /^There are 2 datasets of the name "same\.jsonl"\. \| Choose one of: Datasets\/[ab]\/same\.jsonl, /,
    );
    expect((await desk.plan(request('kto', { dataset: 'kto' }))).dataset?.name).toBe('Datasets/kto.jsonl');
  });

  it('for a checkpoint that discovery does not find', async () => {
    expect(await refusal(request('kto', {}, { resumeFrom: '/etc' }))).toMatch(
      /^There is no checkpoint "\/etc"\./,
    );
  });
});

describe('the number of steps', () => {
  it('is counted as the Hugging Face Trainer counts', () => {
    const steps = computeTotalSteps;
    expect(steps({ examples: 1000, batchSize: 4, accumulation: 6, epochs: 1 })).toBe(42);
    expect(steps({ examples: 1000, batchSize: 4, accumulation: 6, epochs: 3 })).toBe(126);
    expect(steps({ examples: 91, batchSize: 10, accumulation: 4, epochs: 10 })).toBe(30);
    expect(steps({ examples: 3, batchSize: 8, accumulation: 8, epochs: 1 })).toBe(1);
    expect(steps({ examples: 100, batchSize: 4, accumulation: 1, epochs: 0.5 })).toBe(13);
    expect(steps({ examples: 100, batchSize: 4, epochs: 2 })).toBe(50);
    expect(steps({ examples: 100, batchSize: 4, accumulation: 6, epochs: 1, maxSteps: 3 })).toBe(3);
    expect(steps({ maxSteps: 3 })).toBe(3);
    expect(steps({ examples: 100, batchSize: 4, accumulation: 6, epochs: 1, maxSteps: -1 })).toBe(5);
    expect(steps({ examples: 0, batchSize: 4, epochs: 1 })).toBeUndefined();
    expect(steps({ examples: 100, epochs: 1 })).toBeUndefined();
  });
});

describe('choices', () => {
  it('fit Discord', () => {
    const long = `Datasets/${'x'.repeat(120)}/end.jsonl`;
    expect(choiceValue('short')).toBe('short');
    expect(choiceValue(long)).toMatch(/^#[0-9a-f]{16}$/);
    expect(choiceName(long)).toHaveLength(100);
    expect(choiceName(long).endsWith('/end.jsonl')).toBe(true);
  });

  it('match any part of the name, in any order', () => {
    expect(matchesTyped('Datasets/Kto/clean.jsonl', '')).toBe(true);
    expect(matchesTyped('Datasets/Kto/clean.jsonl', 'CLEAN kto')).toBe(true);
    expect(matchesTyped('Datasets/Kto/clean.jsonl', 'clean sft')).toBe(false);
  });
});

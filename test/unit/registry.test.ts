import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import {
  makeDesk,
  makeHost,
  readManifest,
  readManifestText,
  writeToolset,
  writeTree,
} from '../helpers/toolset-tree.js';

describe('the registry', () => {
  it('lists the methods whose folder exists', async () => {
    const root = await makeTempDir();
    const toolset = createToolset(root, readManifest('2026'));
    expect(toolset.listBackends()).toEqual([]);
    writeToolset(root, '2026');
    mkdirSync(join(root, 'Trainers/grpo'));
    const names = toolset.listBackends().map(({ platform, method }) => `${platform} ${method}`);
    expect(names).toEqual(['rtx sft', 'rtx kto', 'rtx grpo', 'mac mlx']);
    rmSync(join(root, 'Trainers/kto'), { recursive: true });
    expect(toolset.findBackend('rtx', 'kto')).toBeUndefined();
    expect(toolset.findBackend('mac', 'sft')).toBeUndefined();
    expect(toolset.findBackend('rtx', 'sft')).toMatchObject({
      platformLabel: 'NVIDIA GPU',
      environment: 'cuda',
      folder: join(root, 'Trainers/sft'),
      configFile: join(root, 'Trainers/sft/configs/config.yaml'),
      layout: {
        kind: 'folders',
        runsDir: join(root, 'Trainers/sft/sft_output'),
        oldRunsDirs: [
          join(root, 'Trainers/rtx3090_sft/sft_output_rtx3090'),
          join(root, 'Trainers/sft/sft_output_rtx3090'),
        ],
      },
    });
  });

  it('knows the folders of 2025', async () => {
    const root = await makeTempDir();
    writeToolset(root, '2025');
    const toolset = createToolset(root, readManifest('2025'));
    expect(toolset.listBackends().map(({ method, layout }) => [method, layout.runsDir])).toEqual([
      ['sft', join(root, 'Trainers/rtx3090_sft/sft_output_rtx3090')],
      ['kto', join(root, 'Trainers/rtx3090_kto/kto_output_rtx3090')],
      ['mlx', join(root, 'Trainers/mistral_lora_mac')],
    ]);
    expect(toolset.findBackend('mac', 'mlx')?.layout).toEqual({
      kind: 'single',
      runsDir: join(root, 'Trainers/mistral_lora_mac'),
      logs: 'logs/training.jsonl',
      logFormat: 'nested',
      metricsKey: 'metrics',
      checkpoints: 'checkpoints/checkpoint_step_*.npz',
      finalModel: 'outputs/final_model',
    });
  });

  it('lets the settings say what is checked', async () => {
    const root = await makeTempDir();
    writeToolset(root, '2026');
    const backends = createToolset(root, readManifest('2026'), { environment: 'none' }).listBackends();
    expect(new Set(backends.map(({ environment }) => environment))).toEqual(new Set(['none']));
  });

  it('takes a new method of a platform from YAML alone', async () => {
    const yaml = readFileSync('configs/toolsets/synaptic-2026.yaml', 'utf8').replace(
      '    methods:\n      sft:',
      [
        '    methods:',
        '      orpo:',
        '        label: Odds ratio (ORPO)',
        '        dataset: { shape: dpo }',
        '        flags: { learning_rate: --lr, dataset: --data }',
        '        settings: { alpha: { label: Alpha, at: training.alpha, type: number } }',
        '      sft:',
      ].join('\n'),
    );
    const root = await makeTempDir();
    const host = makeHost(await makeTempDir());
    writeTree(root, {
      'Trainers/orpo/configs/config.yaml':
        'model: { model_name: m-1b }\ntraining: { learning_rate: 1e-5, alpha: 0.3, num_train_epochs: 2, per_device_train_batch_size: 2 }\ndataset: { local_file: ../../Datasets/pairs.jsonl }',
      'Datasets/pairs.jsonl': '{"prompt":"a","chosen":"b","rejected":"c"}\n'.repeat(5),
    });
    const desk = makeDesk(root, { manifest: readManifestText(yaml), env: host.env, environment: 'none' });
    expect(desk.listChoices()).toEqual([
      { platform: 'rtx', platformLabel: 'NVIDIA GPU', method: 'orpo', methodLabel: 'Odds ratio (ORPO)' },
    ]);
    const plan = await desk.plan({
      platform: 'rtx',
      method: 'orpo',
      overrides: { learning_rate: 2e-5 },
      dryRun: false,
    });
    expect(plan.findings).toEqual([]);
    expect(plan.launch.argv.slice(1)).toEqual(['train_orpo.py', '--lr', '0.00002']);
    expect(plan.settings.find(({ key }) => key === 'alpha')).toEqual({
      key: 'alpha',
      label: 'Alpha',
      value: 0.3,
    });
    // ceil(5 / 2) batches an epoch, twice; no accumulation in the config.
    expect(plan.totalSteps).toBe(6);
    expect(plan.layout.runsDir).toBe(join(root, 'Trainers/orpo/orpo_output'));
  });

  it('takes a new platform and another layout from YAML alone', async () => {
    const yaml = `
title: Ours
detect: [train]
datasets: [data]
platforms:
  cpu:
    label: This computer
    environment: none
    methods:
      tune:
        label: Tuning
        folder: train
        config: settings.yml
        program: [-m, tuner, --settings, '{config}']
        settings:
          epochs: { label: Rounds, at: rounds, type: integer, min: 1 }
          batch_size: { label: Batch, at: batch.size, type: integer, min: 1, default: 1 }
        dataset: { shape: any, at: batch.file }
        flags: { epochs: -n, resume: --from }
        runs: { kind: folders, folder: ../not/../out }
        log: { files: log.jsonl, format: flat }
        checkpoints: saved/*
        finalModel: model
        weights: [weights.dat]
        columns: [{ key: error, label: Error, better: lower, main: true }]
`;
    expect(() => readManifestText(yaml)).toThrow(/must be a path within the toolset/);
    const manifest = readManifestText(yaml.replace('../not/../out', 'out'));
    const root = await makeTempDir();
    const host = makeHost(await makeTempDir());
    writeTree(root, {
      'train/settings.yml': 'rounds: 2\nbatch: { file: ../data/x.jsonl }',
      'data/x.jsonl': '{}\n{}\n{}\n',
      'train/out/first/saved/7/weights.dat': 'x',
    });
    const desk = makeDesk(root, { manifest, env: host.env });
    const plan = await desk.plan({
      platform: 'cpu',
      method: 'tune',
      overrides: { epochs: 4 },
      resumeFrom: 'first/7',
      dryRun: false,
    });
    expect(plan.findings).toEqual([]);
    expect(plan.launch).toMatchObject({
      argv: [
        expect.stringMatching(/\/python3$/),
        '-m',
        'tuner',
        '--settings',
        'settings.yml',
        '-n',
        '4',
        '--from',
        join(root, 'train/out/first/saved/7'),
      ],
      cwd: join(root, 'train'),
    });
    expect(plan.totalSteps).toBe(12);
    expect(plan.columns).toEqual([{ key: 'error', label: 'Error', better: 'lower', main: true }]);
  });
});

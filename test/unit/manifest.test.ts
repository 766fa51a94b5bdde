import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectManifest } from '../../src/services/toolset/manifest/detect-manifest.js';
import { parseManifest } from '../../src/services/toolset/manifest/parse-manifest.js';
import type { Manifest } from '../../src/services/toolset/manifest/schema.js';

const read = (name: string): string => readFileSync(join('configs/toolsets', name), 'utf8');
const yaml2025 = read('synaptic-2025.yaml');
const yaml2026 = read('synaptic-2026.yaml');

function parse(text: string): Manifest {
  const result = parseManifest(text, 'x.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.faults, null, 1));
  return result.manifest;
}

function faultsOf(text: string): readonly string[] {
  const result = parseManifest(text, 'x.yaml');
  return result.ok ? [] : result.faults.map((fault) => `${fault.key} ${fault.message} | ${fault.remedy}`);
}

describe('the manifests that come with the bot', () => {
  it('describe the layout of 2025', () => {
    const { rtx, mac } = parse(yaml2025).platforms;
    expect(Object.keys(rtx?.methods ?? {})).toEqual(['sft', 'kto']);
    expect(rtx?.environment).toBe('cuda');
    expect(rtx?.methods.kto).toMatchObject({
      folder: 'Trainers/rtx3090_kto',
      config: 'configs/config.yaml',
      program: ['train_kto.py'],
      dataset: { shape: 'kto', at: 'dataset.local_file' },
      runs: { kind: 'folders', folder: 'kto_output_rtx3090' },
      log: { files: 'logs/training_*.jsonl', format: 'flat' },
      checkpoints: 'checkpoints/checkpoint-*',
      finalModel: 'final_model',
    });
    expect(rtx?.methods.sft?.flags).toEqual({
      model: '--model-name',
      dataset: '--local-file',
      epochs: '--num-epochs',
      max_steps: '--max-steps',
      batch_size: '--batch-size',
      learning_rate: '--learning-rate',
      resume: '--resume-from-checkpoint',
      dry_run: '--dry-run',
    });
    expect(mac?.environment).toBe('metal');
    expect(mac?.methods.mlx).toMatchObject({
      folder: 'Trainers/mistral_lora_mac',
      program: ['main.py', '--config', '{config}'],
      flags: { dataset: '--dataset', resume: '--resume' },
      runs: { kind: 'single', folder: '.' },
      log: { files: 'logs/training.jsonl', format: 'nested', key: 'metrics' },
      checkpoints: 'checkpoints/checkpoint_step_*.npz',
      finalModel: 'outputs/final_model',
    });
    expect(parse(yaml2025).upload).toMatchObject({
      module: 'shared.upload.cli.upload_cli',
      cwd: 'Trainers',
      modelSizes: { '3b': 3, '7b': 7, '13b': 13, '20b': 20 },
      usualQuantizations: 3,
      llamaCpp: { build: ['git', 'cmake'], ofRepository: ['Trainers/llama.cpp'] },
    });
    const known = Object.keys(parse(yaml2025).upload?.quantizations ?? {});
    expect(known.slice(0, 3)).toEqual(['Q4_K_M', 'Q5_K_M', 'Q8_0']);
  });

  it('describe the layout of 2026', () => {
    const manifest = parse(yaml2026);
    const rtx = manifest.platforms.rtx?.methods;
    expect(Object.keys(rtx ?? {})).toEqual(['sft', 'kto', 'grpo', 'dpo', 'embedding']);
    expect(rtx?.sft).toMatchObject({ folder: 'Trainers/sft', runs: { folder: 'sft_output' } });
    expect(rtx?.grpo?.config).toBe('configs/env_config.yaml');
    expect(rtx?.dpo?.dataset.shape).toBe('dpo');
    // The trainers whose flags are not known take no override.
    expect(rtx?.grpo?.flags).toEqual({});
    expect(manifest.upload?.cwd).toBe('.');
  });

  it('let a method add to the settings of its platform and replace its columns', () => {
    const { sft, kto } = parse(yaml2025).platforms.rtx?.methods ?? {};
    expect(kto?.settings.beta).toMatchObject({ at: 'training.beta' });
    expect(kto?.settings.learning_rate).toEqual(sft?.settings.learning_rate);
    expect(sft?.settings.beta).toBeUndefined();
    expect(kto?.columns.map((column) => column.key)).toEqual(['loss', 'kl', 'rewards/margins']);
    expect(kto?.columns.find((column) => column.main)?.key).toBe('rewards/margins');
    expect(sft?.columns.find((column) => column.main)?.key).toBe('loss');
  });
});

describe('faults of a manifest', () => {
  it('are named by file and key, all at once', () => {
    const text = yaml2025
      .replace('environment: cuda', 'environment: cude')
      .replace('label: Apple Silicon', 'lable: Apple Silicon')
      .replace('folder: Trainers/mistral_lora_mac', 'folder: ../elsewhere')
      .replace('better: higher', 'better: up');
    const faults = faultsOf(text);
    expect(faults).toContainEqual(
      expect.stringMatching(/^x\.yaml: platforms\.rtx\.environment must be one of cuda, metal, none/),
    );
    expect(faults).toContainEqual(expect.stringMatching(/^x\.yaml: platforms\.mac\.label is missing/));
    expect(faults).toContainEqual(
      expect.stringMatching(/^x\.yaml: platforms\.mac\.lable is not known; did you mean `label`\?/),
    );
    expect(faults).toContainEqual(
      expect.stringMatching(
        /^x\.yaml: platforms\.mac\.methods\.mlx\.folder must be a path within the toolset/,
      ),
    );
    expect(faults).toContainEqual(
      expect.stringMatching(
        /^x\.yaml: platforms\.rtx\.methods\.kto\.columns\.2\.better must be one of lower, higher, none/,
      ),
    );
    expect(faults).toHaveLength(5);
  });

  it('are named where they stand when they stand in the defaults, once', () => {
    const faults = faultsOf(yaml2025.replace('finalModel: final_model', 'finalModle: final_model'));
    expect(faults).toEqual([
      expect.stringMatching(/^x\.yaml: platforms\.rtx\.methods\.sft\.finalModel is missing/),
      expect.stringMatching(
        /^x\.yaml: platforms\.rtx\.defaults\.finalModle is not known; did you mean `finalModel`\?/,
      ),
      expect.stringMatching(/^x\.yaml: platforms\.rtx\.methods\.kto\.finalModel is missing/),
    ]);
  });

  it('tell an override that does not exist', () => {
    expect(faultsOf(yaml2025.replace('epochs: --num-epochs', 'epoch: --num-epochs'))).toContainEqual(
      expect.stringMatching(
        /flags\.epoch is not known; did you mean `epochs`\? \| Known here: model, dataset/,
      ),
    );
  });

  it('tell a second main column, a nested log without key, checkpoints without step', () => {
    expect(
      faultsOf(
        yaml2025.replace(
          '{ key: kl, label: KL, better: none, chart: true }',
          '{ key: kl, label: KL, better: none, main: true }',
        ),
      ),
    ).toEqual([expect.stringMatching(/methods\.kto\.columns has more than one main column/)]);
    expect(faultsOf(yaml2025.replace('format: nested, key: metrics', 'format: nested'))).toEqual([
      expect.stringMatching(/methods\.mlx\.log is nested, but does not say under which key \| Add `key`/),
    ]);
    expect(faultsOf(yaml2025.replace('checkpoint_step_*.npz', 'checkpoint.npz'))).toEqual([
      expect.stringMatching(/methods\.mlx\.checkpoints does not say where the step stands/),
    ]);
  });

  it('tell broken YAML by line, and an empty file', () => {
    expect(faultsOf('title: x\ndetect: [a\npriority: 1')).toEqual([
      expect.stringMatching(/^x\.yaml is not YAML: .+ \(line 3\)/),
    ]);
    expect(faultsOf('').map((fault) => fault.split(' ')[1])).toEqual([
      'title',
      'detect',
      'datasets',
      'platforms',
    ]);
  });
});

describe('detection of the layout', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'detect-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  const touch = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  };
  const candidates = [
    { name: '2025', manifest: parse(yaml2025) },
    { name: '2026', manifest: parse(yaml2026) },
  ];

  it('finds the layout by its trainers', () => {
    expect(detectManifest(candidates, root)).toBeUndefined();
    touch('Trainers/rtx3090_kto/train_kto.py');
    expect(detectManifest(candidates, root)?.name).toBe('2025');
    touch('Trainers/kto/train_kto.py');
    expect(detectManifest(candidates, root)?.name).toBe('2026');
  });

  it('takes folders with runs of an old layout for no layout', () => {
    mkdirSync(join(root, 'Trainers/rtx3090_kto/kto_output_rtx3090/20251122_143000'), { recursive: true });
    touch('Trainers/sft/train_sft.py');
    expect(detectManifest(candidates, root)?.name).toBe('2026');
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseManifest } from '../../src/services/toolset/manifest/parse-manifest.js';
import type { Manifest } from '../../src/services/toolset/manifest/schema.js';
import { createDatasetReader } from '../../src/services/toolset/dataset-reader.js';
import { createEnvironmentChecks } from '../../src/services/toolset/environment-checks.js';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { createTrainingDesk } from '../../src/services/training/create-training-desk.js';
import type { TrainingDesk } from '../../src/services/training/training-desk.js';

export type Layout = '2025' | '2026';

/** Writes files by path below a folder. */
export function writeTree(root: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

export function readManifest(layout: Layout): Manifest {
  return readManifestText(readFileSync(`configs/toolsets/synaptic-${layout}.yaml`, 'utf8'));
}

export function readManifestText(text: string): Manifest {
  const result = parseManifest(text, 'test.yaml');
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.manifest;
}

export const trainerConfig = {
  sft: `
model: { model_name: unsloth/mistral-7b-v0.3-bnb-4bit, max_seq_length: 2048, load_in_4bit: true }
lora: { r: 32, lora_alpha: 64, lora_dropout: 0.05 }
training:
  output_dir: ./SFT_OUTPUT
  per_device_train_batch_size: 4
  gradient_accumulation_steps: 8
  learning_rate: 2e-4
  num_train_epochs: 3
  max_steps: -1
  warmup_ratio: 0.1
  logging_steps: 5
  save_steps: 50
  save_total_limit: 3
  lr_scheduler_type: cosine
dataset: { local_file: ../../Datasets/sft.jsonl }
seed: 42
`,
  kto: `
model: { model_name: unsloth/mistral-7b-v0.3-bnb-4bit, max_seq_length: 2048, load_in_4bit: true }
lora: { r: 32, lora_alpha: 64, lora_dropout: 0.05 }
training:
  per_device_train_batch_size: 4
  gradient_accumulation_steps: 6
  learning_rate: 1e-6
  num_train_epochs: 1
  beta: 0.1
  desirable_weight: 1.0
  undesirable_weight: 1.0
  warmup_ratio: 0.1
  save_steps: 50
  save_total_limit: 3
dataset: { local_file: ../../Datasets/kto.jsonl }
`,
  mlx: `
model: { name: mistralai/Mistral-7B-v0.3 }
data: { dataset_path: ../../Datasets/sft.jsonl }
training: { num_epochs: 2, per_device_batch_size: 2, learning_rate: 1e-5, save_steps: 10 }
lora: { rank: 8 }
`,
};

const chat = [
  { role: 'user', content: 'Say it.' },
  { role: 'assistant', content: 'It.' },
];

export function sftLines(count: number): string {
  return `${JSON.stringify({ conversations: chat })}\n`.repeat(count);
}

export function ktoLines(desirable: number, undesirable: number): string {
  const line = (label: boolean): string => `${JSON.stringify({ conversations: chat, label })}\n`;
  return line(true).repeat(desirable) + line(false).repeat(undesirable);
}

/** A toolset's folders, configs and datasets, with programs that do nothing. */
export function writeToolset(root: string, layout: Layout): void {
  const folder = (method: string): string =>
    layout === '2025' ? `Trainers/rtx3090_${method}` : `Trainers/${method}`;
  const output = layout === '2025' ? 'sft_output_rtx3090' : 'sft_output';
  writeTree(root, {
    [`${folder('sft')}/train_sft.py`]: '',
    [`${folder('sft')}/configs/config.yaml`]: trainerConfig.sft.replace('SFT_OUTPUT', output),
    [`${folder('kto')}/train_kto.py`]: '',
    [`${folder('kto')}/configs/config.yaml`]: trainerConfig.kto,
    'Trainers/mistral_lora_mac/main.py': '',
    'Trainers/mistral_lora_mac/config/config.yaml': trainerConfig.mlx,
    'Datasets/sft.jsonl': sftLines(100),
    'Datasets/kto.jsonl': ktoLines(60, 40),
  });
}

/** Writes a program and makes it executable. */
export function writeProgram(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** The interpreter itself: what stands on the PATH may be a script that looks for it, which takes its time. */
const realPython = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

/**
 * A folder of programs to stand first on the PATH: `python3` is the real one, which finds what is put into `modules`
 * (torch.py, mlx/core.py …) as if it were installed.
 */
export function makeHost(dir: string): { env: Record<string, string>; bin: string; modules: string } {
  const bin = join(dir, 'bin');
  const modules = join(dir, 'modules');
  mkdirSync(bin, { recursive: true });
  mkdirSync(modules, { recursive: true });
  symlinkSync(realPython, join(bin, 'python3'));
  return {
    bin,
    modules,
    env: { PATH: `${bin}:${process.env['PATH'] ?? ''}`, HOME: join(dir, 'home'), PYTHONPATH: modules },
  };
}

export function makeDesk(
  root: string,
  options: {
    manifest: Manifest;
    env: Record<string, string>;
    python?: string;
    environment?: 'cuda' | 'metal' | 'none';
    ownProcessGroups?: readonly number[];
  },
): TrainingDesk {
  const { manifest, env, python = 'python3', environment, ownProcessGroups = [] } = options;
  const condaName = manifest.python?.conda;
  return createTrainingDesk({
    toolset: createToolset(root, manifest, environment === undefined ? {} : { environment }),
    environments: createEnvironmentChecks({
      search: { python, env, ...(condaName !== undefined && { condaName }) },
      env,
    }),
    readDataset: createDatasetReader(),
    env,
    ownProcessGroups: () => ownProcessGroups,
  });
}

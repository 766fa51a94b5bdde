import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Finding } from '../../src/domain/plan.js';
import { createEnvironmentChecks } from '../../src/services/toolset/environment-checks.js';
import { findInterpreter } from '../../src/services/toolset/find-interpreter.js';
import { readGpuCards, readGpuPrograms } from '../../src/services/toolset/probes/gpu-cards.js';
import { checkPython } from '../../src/services/toolset/probes/python-check.js';
import { estimateDisk } from '../../src/services/training/preflight/disk.js';
import { makeZip, writeCheckpoint } from '../helpers/model-files.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import {
  ktoLines,
  makeDesk,
  makeHost,
  readManifest,
  sftLines,
  trainerConfig,
  writeProgram,
  writeToolset,
  writeTree,
} from '../helpers/toolset-tree.js';

const torchWith = (available: string): string =>
  `class cuda:\n    is_available = staticmethod(lambda: ${available})\n    get_device_name = staticmethod(lambda index: "RTX 3090")\n`;

let root: string;
let host: ReturnType<typeof makeHost>;

beforeEach(async () => {
  root = await makeTempDir();
  writeToolset(root, '2026');
  host = makeHost(await makeTempDir());
});

type Environment = 'cuda' | 'metal' | 'none';

async function findings(
  method: string,
  options: {
    environment?: Environment;
    python?: string;
    overrides?: Record<string, string | number>;
    resumeFrom?: string;
    ownProcessGroups?: readonly number[];
  } = {},
): Promise<readonly Finding[]> {
  const { environment = 'none', overrides = {}, resumeFrom, ...rest } = options;
  const desk = makeDesk(root, { manifest: readManifest('2026'), env: host.env, environment, ...rest });
  const plan = await desk.plan({
    platform: method === 'mlx' ? 'mac' : 'rtx',
    method,
    overrides,
    dryRun: false,
    ...(resumeFrom !== undefined && { resumeFrom }),
  });
  return plan.findings;
}

const words = (found: readonly Finding[]): readonly string[] =>
  found.map(({ level, code, message }) => `${level} ${code}: ${message}`);

describe('the dataset', () => {
  const put = (text: string): void => writeTree(root, { 'Datasets/kto.jsonl': text });

  it('may be missing, or named nowhere', async () => {
    rmSync(join(root, 'Datasets/kto.jsonl'));
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-missing: The dataset Datasets/kto.jsonl does not exist.',
    ]);
    writeTree(root, { 'Trainers/kto/configs/config.yaml': 'seed: 1' });
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-missing: The config file names no dataset.',
    ]);
    writeTree(root, {
      'Trainers/kto/configs/config.yaml': 'dataset: { dataset_name: org/pairs, local_file: ~ }',
    });
    expect(words(await findings('kto'))).toEqual([
      'warning dataset-remote: The trainer fetches the dataset org/pairs itself, so it could not be checked.',
    ]);
  });

  it('may be no file', async () => {
    rmSync(join(root, 'Datasets/kto.jsonl'));
    mkdirSync(join(root, 'Datasets/kto.jsonl'));
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-unreadable: The dataset Datasets/kto.jsonl cannot be read: it is a folder.',
    ]);
    rmSync(join(root, 'Datasets/kto.jsonl'), { recursive: true });
    execFileSync('mkfifo', [join(root, 'Datasets/kto.jsonl')]);
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-unreadable: The dataset Datasets/kto.jsonl cannot be read: it is a named pipe.',
    ]);
  });

  it('may be empty', async () => {
    put('\n');
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-empty: The dataset Datasets/kto.jsonl is empty.',
    ]);
  });

  it('may be malformed: the first bad line is named', async () => {
    put(`${ktoLines(3, 3)}{"conversations": [\n${sftLines(1)}`);
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-malformed: Line 7 of Datasets/kto.jsonl cannot be used: it is not JSON. 2 lines are bad in all.',
    ]);
    put(ktoLines(3, 3) + sftLines(1));
    expect(words(await findings('kto'))).toEqual([
      'blocker dataset-malformed: Line 7 of Datasets/kto.jsonl cannot be used: "label" is missing.',
    ]);
  });

  it('of kto may have one label, or many more of one than of the other', async () => {
    put(ktoLines(10, 0));
    expect(words(await findings('kto'))).toEqual([
      'blocker one-label: All examples of Datasets/kto.jsonl have the label true; kto needs both.',
    ]);
    put(ktoLines(0, 10));
    expect((await findings('kto'))[0]).toMatchObject({
      message: 'All examples of Datasets/kto.jsonl have the label false; kto needs both.',
      remedy: 'Add examples with the label true, or choose another dataset.',
    });
    put(ktoLines(40, 10));
    expect(await findings('kto')).toEqual([]);
    put(ktoLines(10, 41));
    expect(words(await findings('kto'))).toEqual([
      'warning imbalance: Datasets/kto.jsonl has 10 desirable and 41 undesirable examples, more than 4 to 1.',
    ]);
  });
});

describe('the config file', () => {
  it('may be missing or unreadable, which is told once', async () => {
    const path = join(root, 'Trainers/kto/configs/config.yaml');
    writeFileSync(path, 'training: [\n');
    expect(words(await findings('kto'))).toEqual([
      expect.stringMatching(
        /^blocker config-unreadable: The config file .+ cannot be used: it is not YAML: .+\(line 2\)\./,
      ),
    ]);
    rmSync(path);
    expect(words(await findings('kto'))).toEqual([
      `blocker config-missing: The config file ${path} does not exist.`,
    ]);
  });

  it('may hold what is no number, unless an override replaces it', async () => {
    writeTree(root, {
      'Trainers/kto/configs/config.yaml': trainerConfig.kto.replace(
        'learning_rate: 1e-6',
        'learning_rate: fast',
      ),
    });
    expect(words(await findings('kto'))).toEqual([
      'blocker config-value: Learning rate (training.learning_rate) in configs/config.yaml is "fast", not a number.',
    ]);
    expect(await findings('kto', { overrides: { learning_rate: 1e-6 } })).toEqual([]);
  });

  it('may overrule the epochs that were asked for', async () => {
    writeTree(root, {
      'Trainers/sft/configs/config.yaml': trainerConfig.sft.replace('max_steps: -1', 'max_steps: 40'),
    });
    expect(await findings('sft')).toEqual([]);
    expect(words(await findings('sft', { overrides: { epochs: 2 } }))).toEqual([
      'warning max-steps-overrules: The config file sets max_steps to 40, which overrules the epochs.',
    ]);
    expect(await findings('sft', { overrides: { epochs: 2, max_steps: 50 } })).toEqual([]);
  });
});

describe('the interpreter', () => {
  const home = (): string => host.env['HOME'] ?? '';
  const python = '#!/bin/sh\nexec python3 "$@"\n';

  it('is the conda environment of the manifest, wherever conda is installed', async () => {
    const search = { python: 'auto', condaName: 'unsloth_latest', env: host.env };
    const places = ['mambaforge', 'miniforge3', 'anaconda3', 'miniconda3', '.conda'];
    for (const place of places) {
      const path = writeProgram(join(home(), place, 'envs/unsloth_latest/bin/python'), python);
      expect(await findInterpreter(search)).toEqual({ found: true, path, fallback: false });
    }
    const opt = await makeTempDir();
    for (const [prefix, inside] of [
      [opt, 'envs/unsloth_latest'],
      [join(opt, 'envs/other'), '../unsloth_latest'],
      [join(opt, 'envs/unsloth_latest'), '.'],
    ] as const) {
      const path = writeProgram(join(prefix, inside, 'bin/python'), python);
      expect(await findInterpreter({ ...search, env: { ...host.env, CONDA_PREFIX: prefix } })).toEqual({
        found: true,
        path,
        fallback: false,
      });
    }
  });

  it('is not a file that may not be run', async () => {
    const path = writeProgram(join(home(), 'miniconda3/envs/unsloth_latest/bin/python'), python);
    chmodSync(path, 0o644);
    const found = await findInterpreter({ python: 'auto', condaName: 'unsloth_latest', env: host.env });
    expect(found).toMatchObject({ found: true, fallback: true });
  });

  it('is python3 on the PATH else, with a warning', async () => {
    const found = await findings('kto', { python: 'auto' });
    expect(words(found)).toEqual([
      expect.stringMatching(
        /^warning interpreter-fallback: The toolset's own Python was not found; \/.+\/python3 is used instead\./,
      ),
    ]);
    expect(await findings('kto', { python: 'python3' })).toEqual([]);
  });

  it('may be missing', async () => {
    expect(words(await findings('kto', { python: '/nowhere/python' }))).toEqual([
      "blocker interpreter-missing: The toolset's Python was not found (looked for /nowhere/python).",
    ]);
    host.env['PATH'] = join(host.bin, 'nothing');
    expect(words(await findings('kto', { python: 'auto' }))).toEqual([
      expect.stringMatching(/^blocker interpreter-missing: .+\.conda\/envs\/unsloth_latest\/bin\/python/),
    ]);
  });

  it('may be broken', async () => {
    const path = writeProgram(
      join(host.bin, 'broken'),
      '#!/bin/sh\necho "cannot load libpython" >&2\nexit 127\n',
    );
    expect(words(await findings('kto', { python: path }))).toEqual([
      `blocker interpreter-broken: ${path} could not be run: cannot load libpython.`,
    ]);
  });
});

describe('the environment', () => {
  it('has CUDA when torch says so', async () => {
    writeFileSync(join(host.modules, 'torch.py'), `print("Unsloth: patching")\n${torchWith('True')}`);
    expect(await findings('kto', { environment: 'cuda' })).toEqual([]);
    writeFileSync(join(host.modules, 'torch.py'), torchWith('False'));
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      'blocker no-cuda: No CUDA: torch.cuda.is_available() is false.',
    ]);
    writeFileSync(join(host.modules, 'torch.py'), 'raise ImportError("libcudart.so.12 is missing")\n');
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      'blocker no-cuda: No CUDA: torch cannot be imported: libcudart.so.12 is missing.',
    ]);
  });

  it('has Metal when MLX says so', async () => {
    expect(words(await findings('mlx', { environment: 'metal' }))).toEqual([
      expect.stringMatching(/^blocker no-metal: No Metal: mlx cannot be imported: /),
    ]);
    mkdirSync(join(host.modules, 'mlx'));
    const mlx = (available: string): string =>
      `class metal:\n    is_available = staticmethod(lambda: ${available})\n`;
    writeFileSync(join(host.modules, 'mlx/core.py'), mlx('False'));
    expect(words(await findings('mlx', { environment: 'metal' }))).toEqual([
      'blocker no-metal: No Metal: mlx.core.metal.is_available() is false.',
    ]);
    rmSync(join(host.modules, 'mlx'), { recursive: true });
    mkdirSync(join(host.modules, 'mlx'));
    writeFileSync(join(host.modules, 'mlx/core.py'), mlx('bool(1)'));
    expect(await findings('mlx', { environment: 'metal' })).toEqual([]);
  });

  it('is asked once in ten minutes, however many ask; a bad answer is kept for half a minute', async () => {
    const count = join(root, 'count');
    const python = writeProgram(
      join(host.bin, 'counting'),
      `#!/bin/sh\necho x >> '${count}'\nexec python3 "$@"\n`,
    );
    const asked = (): number => readFileSync(count, 'utf8').length / 2;
    let now = 1_000_000;
    const checks = createEnvironmentChecks({
      search: { python, env: host.env },
      env: host.env,
      now: () => now,
    });
    writeFileSync(join(host.modules, 'torch.py'), torchWith('False'));
    const answers = await Promise.all([checks.check('cuda'), checks.check('cuda'), checks.check('cuda')]);
    expect(answers.map(({ environment }) => environment?.state)).toEqual(['lacking', 'lacking', 'lacking']);
    expect(asked()).toBe(1);
    writeFileSync(join(host.modules, 'torch.py'), torchWith('bool(1)'));
    now += 29_000;
    expect((await checks.check('cuda')).environment?.state).toBe('lacking');
    now += 2_000;
    expect((await checks.check('cuda')).environment).toEqual({ state: 'ready', detail: 'CUDA: RTX 3090' });
    expect(asked()).toBe(2);
    now += 10 * 60_000 - 1;
    await checks.check('cuda');
    expect(asked()).toBe(2);
    await checks.check('none');
    expect(asked()).toBe(3);
    now += 2;
    await checks.check('cuda');
    expect(asked()).toBe(4);
  });

  it('may not answer in time', async () => {
    const python = writeProgram(join(host.bin, 'hanging'), '#!/bin/sh\nexec sleep 60\n');
    expect(await checkPython(python, 'cuda', host.env, 200)).toEqual({
      state: 'unknown',
      why: 'it did not answer within 0.2 s',
    });
  });

  it('hears no secret', async () => {
    const seen = join(root, 'seen');
    const python = writeProgram(join(host.bin, 'telling'), `#!/bin/sh\nenv > '${seen}'\nexec python3 "$@"\n`);
    process.env['HF_TOKEN'] = 'hf_for_this_test';
    onTestFinished(() => void delete process.env['HF_TOKEN']);
    expect(await checkPython(python, 'none', host.env)).toMatchObject({ state: 'ready' });
    expect(readFileSync(seen, 'utf8')).not.toContain('hf_for_this_test');
  });
});

describe('the memory of the GPUs', () => {
  function putSmi(
    processes: string,
    cards = '0, GPU-a, 312, 24576, 0, 40, 20.5, 350.00, NVIDIA GeForce RTX 3090',
  ): void {
    writeProgram(
      join(host.bin, 'nvidia-smi'),
      `#!/bin/sh\ncase "$*" in\n*query-compute-apps*) printf '%s\\n' '${processes}';;\n*query-gpu*) printf '%s\\n' '${cards}';;\nesac\n`,
    );
  }
  beforeEach(() => {
    writeFileSync(join(host.modules, 'torch.py'), torchWith('True'));
  });

  it('may be held by others, who are named', async () => {
    putSmi('4711, /usr/bin/ollama, 8123, GPU-a\n999999, [Not Found], [N/A], GPU-a');
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      'warning gpu-memory-in-use: GPU memory is in use by /usr/bin/ollama (pid 4711, 8123 MiB), [Not Found] (pid 999999).',
    ]);
    putSmi([1, 2, 3, 4, 5].map((pid) => `99999${pid}, p, with a comma, ${pid}00, GPU-a`).join('\n'));
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      'warning gpu-memory-in-use: GPU memory is in use by p, with a comma (pid 999995, 500 MiB), ' +
        'p, with a comma (pid 999994, 400 MiB), p, with a comma (pid 999993, 300 MiB) and 2 more.',
    ]);
  });

  it('is free, or held by our own jobs', async () => {
    putSmi('');
    expect(await findings('kto', { environment: 'cuda' })).toEqual([]);
    const job = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void job.kill('SIGKILL'));
    const pid = job.pid ?? 0;
    expect(existsSync(`/proc/${pid}/stat`)).toBe(true);
    putSmi(`${pid}, python3, 8000, GPU-a`);
    expect(await findings('kto', { environment: 'cuda', ownProcessGroups: [pid] })).toEqual([]);
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      expect.stringMatching(/^warning gpu-memory-in-use: .+ python3 \(pid \d+, 8000 MiB\)\./),
    ]);
  });

  it('may be held by programs that the driver does not name', async () => {
    putSmi('', '0, GPU-a, 9000, 24576\n1, GPU-b, [N/A], [N/A]');
    expect(words(await findings('kto', { environment: 'cuda' }))).toEqual([
      'warning gpu-memory-in-use: GPU memory is in use by programs that the driver does not name (GPU 0: 9000 of 24576 MiB).',
    ]);
    expect(await findings('kto', { environment: 'cuda', ownProcessGroups: [1] })).toEqual([]);
  });

  it('is not asked for where it does not matter, or nobody answers', async () => {
    putSmi('4711, /usr/bin/ollama, 8123, GPU-a');
    expect(await findings('kto', { environment: 'none' })).toEqual([]);
    writeProgram(join(host.bin, 'nvidia-smi'), '#!/bin/sh\necho "NVIDIA-SMI has failed" >&2\nexit 9\n');
    expect(await findings('kto', { environment: 'cuda' })).toEqual([]);
    expect(await readGpuCards({ PATH: '/nowhere' })).toEqual([]);
  });

  it('is read as nvidia-smi writes it', async () => {
    putSmi(
      '12, python, 1, GPU-a\n',
      '0, GPU-a, 1, 2, 97, 71, 320.15, 350.00, A, B\n1, GPU-b, [Not Supported], 4, [N/A], [N/A], [N/A], [N/A], C\nNo devices were found',
    );
    expect(await readGpuCards(host.env)).toEqual([
      {
        index: 0,
        uuid: 'GPU-a',
        name: 'A, B',
        usedMiB: 1,
        totalMiB: 2,
        usePercent: 97,
        temperatureCelsius: 71,
        powerWatts: 320.15,
        powerLimitWatts: 350,
      },
      { index: 1, uuid: 'GPU-b', name: 'C', totalMiB: 4 },
    ]);
    expect(await readGpuPrograms(host.env)).toEqual([
      { pid: 12, name: 'python', usedMiB: 1, gpuUuid: 'GPU-a' },
    ]);
  });
});

describe('the disk', () => {
  it('needs room for what is kept, what is being written and the final model', () => {
    // Rank 64 on 7B: 64 × 32 layers × 81,920 weights; 4 checkpoints of 4 to 12 bytes a weight, the model of 2 to 4.
    const weights = 64 * 32 * 81_920;
    expect(estimateDisk({ loraRank: 64, model: 'unsloth/mistral-7b-v0.3', saveTotalLimit: 3 })).toEqual({
      leastBytes: weights * (4 * 4 + 2),
      mostBytes: weights * (4 * 12 + 4),
    });
    // The toolset's guide: an adapter of a 7B model takes about 320 MB.
    expect(weights * 2).toBe(320 * 1024 * 1024);
    const most = (model: string): number =>
      estimateDisk({ loraRank: 16, model, saveTotalLimit: 1 }).mostBytes;
    const seven = 16 * 32 * 81_920 * 28;
    expect(most('unsloth/Qwen2.5-14B-Instruct')).toBe(seven * 2);
    expect(most('SmolLM-0.7B')).toBe(Math.ceil(seven * (0.7 / 7)));
    expect(most('tiny-350M')).toBe(Math.ceil(seven * (0.35 / 7)));
    expect(most('no-size-named-4bit')).toBe(seven);
  });

  it('counts only as many checkpoints as there will be', () => {
    const count = (factors: Parameters<typeof estimateDisk>[0]): number =>
      estimateDisk({ loraRank: 1, ...factors }).mostBytes / (32 * 81_920);
    expect(count({ saveTotalLimit: 3, saveSteps: 50, totalSteps: 1000 })).toBe(4 * 12 + 4);
    expect(count({ saveTotalLimit: 3, saveSteps: 50, totalSteps: 60 })).toBe(3 * 12 + 4);
    expect(count({ saveSteps: 50, totalSteps: 1000 })).toBe(21 * 12 + 4);
    expect(count({ saveSteps: 0.1, totalSteps: 1000 })).toBe(11 * 12 + 4);
    expect(count({})).toBe(2 * 12 + 4);
  });

  it('may be too small', async () => {
    writeTree(root, {
      'Trainers/sft/configs/config.yaml': trainerConfig.sft.replace('r: 32', 'r: 4000000'),
    });
    const [finding, ...others] = await findings('sft');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ level: 'blocker', code: 'disk' });
    expect(finding?.message).toMatch(
      /^The disk of .+SFT_OUTPUT has \S+ GB free; checkpoints need at least about \d+ GB\.$/,
    );
  });
});

describe('the checkpoint to go on from', () => {
  it('must be whole', async () => {
    const run = join(root, 'Trainers/sft/sft_output/20251122_143000');
    writeCheckpoint(run, 5);
    writeCheckpoint(run, 6, makeZip().subarray(0, 5));
    expect(await findings('sft', { resumeFrom: '20251122_143000/checkpoint-5' })).toEqual([]);
    expect(words(await findings('sft', { resumeFrom: '20251122_143000/checkpoint-6' }))).toEqual([
      'blocker resume-incomplete: The checkpoint 20251122_143000/checkpoint-6 is not complete: adapter_model.safetensors is cut short.',
    ]);
  });

  it('should leave something to train', async () => {
    writeCheckpoint(join(root, 'Trainers/sft/sft_output/run'), 12);
    // 100 examples: 25 batches of 4, 4 steps of 8, 3 epochs.
    expect(words(await findings('sft', { resumeFrom: 'run/checkpoint-12' }))).toEqual([
      'warning resume-past-end: The checkpoint is at step 12 of 12: nothing is left to train.',
    ]);
  });
});

describe('a trainer with one output', () => {
  it('warns that the last model will be overwritten', async () => {
    expect(await findings('mlx')).toEqual([]);
    const folder = join(root, 'Trainers/mistral_lora_mac/outputs/final_model');
    mkdirSync(folder, { recursive: true });
    expect(words(await findings('mlx'))).toEqual([
      `warning overwrites-model: This trainer has one output: the model in ${folder} will be overwritten.`,
    ]);
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { makeTempDir } from './temp-dir.js';

export type MiniatureMethod = 'sft' | 'kto' | 'mlx';

export interface ToolsetOptions {
  layout: '2025' | '2026';
  /** Where it is written, a folder that is not there or empty; a temporary one of the running test by default. */
  dir?: string;
  /** Values of the training configs of all methods, e.g. `max_steps`, that differ from the examples'. */
  training?: Readonly<Record<string, string | number>>;
  /** Default 6: a run of about half a second. */
  maxSteps?: number;
  /** Default 2. */
  saveSteps?: number;
  /** A kto run that the older layout left. */
  leftOvers?: boolean;
}

export interface MiniatureToolset {
  readonly root: string;
  /** Absolute path of a trainer's folder. */
  trainerDir(method: MiniatureMethod): string;
  /** Absolute path of the folder with a method's runs (mlx: the trainer's own). */
  runsDir(method: MiniatureMethod): string;
  /** Absolute path of a trainer's config file. */
  configPath(method: MiniatureMethod): string;
}

const source = resolve('examples/toolset');

/** The environment in which the trainers run as fast as they compute, without a fault. */
export const fastTraining: Readonly<Record<string, string>> = {
  MINI_STEP_SECONDS: '0',
  MINI_LOAD_SECONDS: '0',
  MINI_FAULT: '',
  PYTHONUNBUFFERED: '1',
  PYTHONIOENCODING: 'utf-8',
  PYTHONDONTWRITEBYTECODE: '1',
};

/** The interpreter itself: `python3` on the PATH may be a script that looks for it. */
export const realPython = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();

/** Writes a checkout of the miniature toolset (examples/toolset), with short trainings. */
export async function makeToolset(options: ToolsetOptions): Promise<MiniatureToolset> {
  const { layout, maxSteps = 6, saveSteps = 2, training = {}, leftOvers = false } = options;
  const root = options.dir ?? join(await makeTempDir(), 'toolset');
  const argv = [join(source, 'make_layout.py'), root, '--layout', layout];
  await execa(realPython, leftOvers ? [...argv, '--left-overs'] : argv);
  const folderOf = { sft: named(layout, 'sft'), kto: named(layout, 'kto'), mlx: 'mistral_lora_mac' };
  const trainerDir = (method: MiniatureMethod): string => join(root, 'Trainers', folderOf[method]);
  const toolset: MiniatureToolset = {
    root,
    trainerDir,
    runsDir: (method) => {
      if (method === 'mlx') return trainerDir(method);
      return join(trainerDir(method), layout === '2025' ? `${method}_output_rtx3090` : `${method}_output`);
    },
    configPath: (method) => join(trainerDir(method), method === 'mlx' ? 'config' : 'configs', 'config.yaml'),
  };
  for (const method of ['sft', 'kto', 'mlx'] as const) {
    changeConfig(toolset.configPath(method), { max_steps: maxSteps, save_steps: saveSteps, ...training });
  }
  return toolset;
}

function named(layout: '2025' | '2026', method: string): string {
  return layout === '2025' ? `rtx3090_${method}` : method;
}

/** Replaces values by key where the config has it, wherever it stands; other keys are left as they are. */
export function changeConfig(path: string, values: Readonly<Record<string, string | number>>): void {
  let text = readFileSync(path, 'utf8');
  for (const [key, value] of Object.entries(values)) {
    text = text.replace(new RegExp(`^( *${key}:).*$`, 'm'), `$1 ${value}`);
  }
  writeFileSync(path, text);
}

/** Starts a trainer in its folder as the bot does it: closed standard input, output unbuffered. Never rejects. */
export function startTrainer(
  toolset: MiniatureToolset,
  method: MiniatureMethod,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const program = method === 'mlx' ? ['main.py', '--config', 'config/config.yaml'] : [`train_${method}.py`];
  return execa(realPython, [...program, ...args], {
    cwd: toolset.trainerDir(method),
    env: { ...fastTraining, ...env },
    stdin: 'ignore',
    all: true,
    reject: false,
  });
}

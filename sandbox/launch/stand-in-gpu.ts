import { accessSync, chmodSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** The programs' folder with a stand-in for nvidia-smi, for the bot's PATH. */
export function makeStandInGpu(root: string, dataDir: string): string {
  const folder = resolve(dataDir, 'bin');
  const program = join(folder, 'nvidia-smi');
  const quoted = [join(root, 'examples/toolset/stand_in_nvidia_smi.py'), resolve(dataDir, 'jobs')].map(quote);
  mkdirSync(folder, { recursive: true });
  writeFileSync(program, `#!/bin/sh\nexec python3 ${quoted.join(' ')} "$@"\n`);
  chmodSync(program, 0o755);
  return folder;
}

function quote(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * What the bot's environment needs for a card to be seen: the host's own where it has nvidia-smi, else the stand-in, whose name says
 * that it is one. macOS is asked another way, so its own is shown.
 */
export function gpuEnvironment(
  root: string,
  dataDir: string,
  wanted: boolean,
  path = process.env['PATH'] ?? '',
): Readonly<Record<string, string>> {
  if (!wanted || process.platform === 'darwin' || path.split(delimiter).some(hasNvidiaSmi)) return {};
  return { PATH: [makeStandInGpu(root, dataDir), path].join(delimiter) };
}

function hasNvidiaSmi(folder: string): boolean {
  try {
    accessSync(join(folder, 'nvidia-smi'), constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

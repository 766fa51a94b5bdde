import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDir } from './temp-dir.js';

/** A folder with an `nvidia-smi` of the test's own, to stand first on the PATH. */
export interface StandInGpu {
  readonly dir: string;
  /** For a reader: the folder first, then the programs that a shell script needs. */
  readonly env: Readonly<Record<string, string>>;
  /** What it answers from now on, in its loop mode too. */
  put(answers: { cards?: string; programs?: string }): void;
  /** What it does, as a shell script that replaces it. */
  putScript(script: string): void;
}

/**
 * Answers as nvidia-smi does: once, or with `--loop-ms` until it is ended. In the loop it notes its pid in `pids`.
 */
const script = `#!/bin/sh
cd "$(dirname "$0")"
case "$*" in
*query-compute-apps*) what=programs;;
*) what=cards;;
esac
case "$*" in
*--loop-ms*)
  echo $$ >> pids
  while :; do cat $what; sleep 0.05; done;;
*) cat $what;;
esac
`;

export async function makeStandInGpu(cards: string, programs = ''): Promise<StandInGpu> {
  const dir = await makeTempDir();
  const write = (name: string, text: string): void => {
    // Aside and renamed: it may be read, or run, at this moment.
    writeFileSync(join(dir, `${name}.new`), text);
    chmodSync(join(dir, `${name}.new`), 0o755);
    renameSync(join(dir, `${name}.new`), join(dir, name));
  };
  const line = (text: string) => (text === '' ? '' : `${text}\n`);
  write('cards', line(cards));
  write('programs', line(programs));
  write('nvidia-smi', script);
  return {
    dir,
    env: { PATH: `${dir}:${process.env['PATH'] ?? ''}` },
    put(answers) {
      if (answers.cards !== undefined) write('cards', line(answers.cards));
      if (answers.programs !== undefined) write('programs', line(answers.programs));
    },
    putScript: (text) => write('nvidia-smi', text),
  };
}

/** Whether this process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect } from 'vitest';
import type { HubFile } from '../../sandbox/hub/repos.js';
import { hubTokens } from '../../sandbox/hub/seed.js';
import type { RunningHub } from '../../sandbox/hub/server.js';
import { newestRun } from './toolset-runs.js';
import { fastTraining, makeToolset, realPython, startTrainer } from './toolset.js';

export const repo = 'tess/mini';

/** Paths of a toolset in the layout of 2025 with one finished training, made once for the tests of a file. */
export interface Trained {
  root: string;
  run: string;
  /** The trained adapter. */
  model: string;
}

/** Trains before the first test of the file; the paths stand in what it returns once tests run. */
export function trainOnce(): Trained {
  const trained: Trained = { root: '', run: '', model: '' };
  let dir = '';
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tuner-bot-upload-'));
    const toolset = await makeToolset({ layout: '2025', dir: join(dir, 'toolset'), maxSteps: 2 });
    const { exitCode, all } = await startTrainer(toolset, 'kto');
    expect(exitCode, all).toBe(0);
    trained.root = toolset.root;
    trained.run = newestRun(toolset, 'kto');
    trained.model = join(trained.run, 'final_model');
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return trained;
}

/** Starts the upload program as the bot does it, with a token that may write; never rejects. `cwd`: above `shared/`. */
export function startUpload(
  hub: RunningHub,
  cwd: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  return execa(realPython, ['-m', 'shared.upload.cli.upload_cli', ...args], {
    cwd,
    env: { ...fastTraining, HF_TOKEN: hubTokens.write.value, HF_API_KEY: '', HF_ENDPOINT: hub.url, ...env },
    stdin: 'ignore',
    all: true,
    reject: false,
  });
}

/** What was pushed, by path. */
export function filesOn(hub: RunningHub, id: string = repo): HubFile[] {
  const files = [...(hub.repos.find('model', id)?.commits.at(-1)?.files.values() ?? [])];
  return files
    .filter(({ path }) => path !== '.gitattributes')
    .sort((one, other) => (one.path < other.path ? -1 : 1));
}

const sha256 = (data: Buffer | undefined) => data && createHash('sha256').update(data).digest('hex');

/** Expects on the Hub the files of these folders by name and hash, and those names beside them. */
export function expectPushed(hub: RunningHub, folders: readonly string[], ...names: readonly string[]): void {
  const here = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => [name, sha256(readFileSync(join(folder, name)))] as const),
  );
  const there = filesOn(hub).map(({ path, data }) => [path, sha256(data)] as const);
  expect(there.filter(([name]) => !names.includes(name))).toEqual(
    here.toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
  expect(there.map(([name]) => name)).toEqual(expect.arrayContaining([...names]));
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createGpuReader } from '../../src/services/gpu/create-gpu-reader.js';
import { readGpuCards } from '../../src/services/toolset/probes/gpu-cards.js';
import { gpuEnvironment, makeStandInGpu } from '../../sandbox/launch/stand-in-gpu.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { waitFor } from '../helpers/wait-for.js';

const root = process.cwd();
const path = process.env['PATH'] ?? '';

test('the sandbox shows a card that says that it is none, and the jobs of its own bot on it', async () => {
  const dataDir = await makeTempDir();
  const env = { PATH: `${makeStandInGpu(root, dataDir)}:${path}` };
  expect(await readGpuCards(env)).toMatchObject([
    { index: 0, name: 'Stand-in, no real card', usePercent: 0 },
  ]);

  const reader = createGpuReader({ env, clock: Date.now, everyMs: 500, platform: 'linux' });
  onTestFinished(() => reader.stop());
  reader.start();
  await waitFor(() => reader.cards().length === 1);
  // As the wrapper of a job looks; one of another bot does not count.
  const code = 'import time; time.sleep(60)  # train_kto.py';
  const wrapper = (dir: string) =>
    spawn('/bin/sh', ['-c', '"$@"; exit', 'tuner-bot-job-wrapper', 'python3', '-c', `${code} ${dir}`], {
      detached: true,
      stdio: 'ignore',
      argv0: `tuner-bot-job ${dir}`,
    });
  const own = wrapper(join(dataDir, 'jobs/1/attempt-1'));
  const other = wrapper(join(dataDir, 'elsewhere/1/attempt-1'));
  onTestFinished(() => {
    for (const { pid } of [own, other]) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  });
  await waitFor(() => reader.programs().length === 1, { timeoutMs: 20_000 });
  // Cards and programs are read by two programs, each in its own time.
  await waitFor(() => (reader.cards()[0]?.card.usePercent ?? 0) > 0);
});

test('a host’s own nvidia-smi is left in its place, and none is put there when none is wanted', async () => {
  const dataDir = await makeTempDir();
  const own = makeStandInGpu(root, await makeTempDir());
  expect(gpuEnvironment(root, dataDir, true, `/nowhere:${own}`)).toEqual({});
  expect(gpuEnvironment(root, dataDir, false, '/nowhere')).toEqual({});
  expect(gpuEnvironment(root, dataDir, true, '/nowhere').PATH).toBe(`${join(dataDir, 'bin')}:/nowhere`);
});

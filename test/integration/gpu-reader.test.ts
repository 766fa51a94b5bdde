import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { totalmem } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createGpuReader, type GpuReaderParts } from '../../src/services/gpu/create-gpu-reader.js';
import { followLines } from '../../src/services/gpu/probes/follow-lines.js';
import { isAlive, makeStandInGpu, type StandInGpu } from '../helpers/stand-in-gpu.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { waitFor } from '../helpers/wait-for.js';
import { makeRig } from '../faults/rig.js';
import { writeProgram } from '../helpers/toolset-tree.js';

const minute = 60_000;
const card = '0, GPU-a, 20600, 24576, 97, 71, 320.15, 350.00, NVIDIA GeForce RTX 3090';
const shown = {
  index: 0,
  uuid: 'GPU-a',
  name: 'NVIDIA GeForce RTX 3090',
  usedMiB: 20_600,
  totalMiB: 24_576,
  usePercent: 97,
  temperatureCelsius: 71,
  powerWatts: 320.15,
  powerLimitWatts: 350,
};

function startReader(parts: Partial<GpuReaderParts> & Pick<GpuReaderParts, 'env'>) {
  const reader = createGpuReader({
    clock: Date.now,
    everyMs: 1000,
    platform: 'linux',
    firstRetryMs: 10,
    ...parts,
  });
  onTestFinished(() => reader.stop());
  reader.start();
  return reader;
}

const pidsOf = ({ dir }: StandInGpu): number[] =>
  readFileSync(join(dir, 'pids'), 'utf8').trim().split('\n').map(Number);

describe('the reader of NVIDIA cards', () => {
  test('keeps one program for the cards and one for theirs, however often it is asked', async () => {
    const gpu = await makeStandInGpu(
      `${card}\n1, GPU-b, [N/A], [N/A], [N/A], [N/A], [Not Supported], [N/A], B`,
    );
    const reader = startReader(gpu);
    expect(reader.state()).toEqual({ name: 'looking' });
    await waitFor(() => reader.cards().length === 2);
    expect(reader.cards().map((read) => read.card)).toEqual([shown, { index: 1, uuid: 'GPU-b', name: 'B' }]);
    expect(reader.state()).toEqual({ name: 'read' });
    gpu.put({ programs: '4711, python, 9000, GPU-a' });
    await waitFor(() => reader.programs().length === 1);
    expect(reader.programs()).toEqual([{ pid: 4711, name: 'python', usedMiB: 9000, gpuUuid: 'GPU-a' }]);
    gpu.put({ cards: card.replace('97', '12') });
    await waitFor(() => reader.cards()[0]?.card.usePercent === 12);
    expect(pidsOf(gpu)).toHaveLength(2);
    await reader.stop();
    await waitFor(() => !pidsOf(gpu).some(isAlive));
  });

  test('starts it again when it dies, and forgets what nobody tells any more', async () => {
    let now = Date.now();
    const gpu = await makeStandInGpu(card);
    const reader = startReader({ env: gpu.env, clock: () => now });
    await waitFor(() => reader.cards().length === 1);
    await waitFor(() => pidsOf(gpu).length === 2);
    gpu.putScript('#!/bin/sh\necho "Unable to determine the device handle: GPU is lost"\nexit 15\n');
    for (const pid of pidsOf(gpu)) process.kill(pid, 'SIGKILL');
    await waitFor(() => reader.state().name === 'failing');
    await waitFor(() => JSON.stringify(reader.state()).includes('GPU is lost'));
    now += minute;
    expect(reader.cards()).toEqual([]);
    await reader.stop();

    const again = startReader(await makeStandInGpu(card));
    await waitFor(() => again.cards().length === 1);
  });

  test('says that there is nothing where there is no nvidia-smi, and tries no more', async () => {
    const reader = startReader({ env: { PATH: await makeTempDir() } });
    await waitFor(() => reader.state().name === 'absent');
    expect(reader.cards()).toEqual([]);
  });

  test('says why where the driver is not loaded', async () => {
    const gpu = await makeStandInGpu(card);
    gpu.putScript('#!/bin/sh\necho "NVIDIA-SMI has failed because it could not communicate" >&2\nexit 9\n');
    const reader = startReader(gpu);
    await waitFor(() => reader.state().name === 'failing');
    expect(reader.state()).toEqual({
      name: 'failing',
      why: 'NVIDIA-SMI has failed because it could not communicate',
    });
  });

  test('keeps the last hour in short: the mean of use, the most of memory and heat', async () => {
    let now = Date.UTC(2026, 0, 1);
    const gpu = await makeStandInGpu(card);
    const reader = startReader({ env: gpu.env, clock: () => now });
    await waitFor(() => reader.history(0).length === 1);
    now += 30_000;
    gpu.put({ cards: card.replace(' 97, 71', ' 3, 90') });
    await waitFor(() => reader.history(0).at(-1)?.temperatureCelsius === 90);
    const [first, second] = reader.history(0);
    expect(first).toEqual({
      at: Date.UTC(2026, 0, 1),
      usePercent: 97,
      usedMiB: 20_600,
      temperatureCelsius: 71,
      powerWatts: expect.closeTo(320.15, 5) as number,
    });
    expect(second?.usePercent).toBeLessThan(97);
    now += 90 * minute;
    expect(reader.history(0)).toEqual([]);
  });
});

test('one that hangs is ended and started again', async () => {
  const gpu = await makeStandInGpu(card);
  gpu.putScript('#!/bin/sh\ncd "$(dirname "$0")"\necho $$ >> pids\necho one line\nexec sleep 60\n');
  const ends: string[] = [];
  const follower = followLines({
    argv: ['nvidia-smi'],
    env: gpu.env,
    quietMs: 100,
    firstRetryMs: 10,
    onLine: () => undefined,
    onEnd: ({ why }) => ends.push(why),
  });
  onTestFinished(() => follower.stop());
  follower.start();
  await waitFor(() => pidsOf(gpu).length >= 2);
  expect(ends[0]).toBe('it fell silent');
  expect(isAlive(pidsOf(gpu)[0] ?? 0)).toBe(false);
});

test('nothing of it outlives a bot that is killed with -9', async () => {
  const gpu = await makeStandInGpu(card);
  const rig = await makeRig({ env: gpu.env });
  await rig.start();
  // The second of them writes nothing, since no program is on the card: a closed pipe would not end it.
  const pids = await waitFor(() => {
    const found = pidsOf(gpu);
    return found.length === 2 ? found : undefined;
  });
  expect(pids.every(isAlive)).toBe(true);
  await rig.kill();
  await waitFor(() => !pids.some(isAlive));
});

describe('the reader of a Mac', () => {
  const ioreg = `+-o AGXAcceleratorG13X  <class AGXAcceleratorG13X, registered, matched, active>
    {
      "model" = "Apple M1 Pro"
      "gpu-core-count" = 16
      "PerformanceStatistics" = {"In use system memory (driver)"=0,"Alloc system memory"=2359296000,"Renderer Utilization %"=3,"Device Utilization %"=5,"In use system memory"=413663232}
    }
`;

  test('tells use and memory, which need no root', async () => {
    const dir = await makeTempDir();
    writeFileSync(join(dir, 'answer'), ioreg);
    writeProgram(join(dir, 'ioreg'), `#!/bin/sh\n/bin/cat '${dir}/answer'\n`);
    const reader = startReader({ env: { PATH: dir }, platform: 'darwin' });
    await waitFor(() => reader.cards().length === 1);
    expect(reader.cards()[0]?.card).toEqual({
      index: 0,
      name: 'Apple M1 Pro',
      usePercent: 5,
      usedMiB: Math.round(413_663_232 / 1024 / 1024),
      totalMiB: Math.round(totalmem() / 1024 / 1024),
    });
  });

  test('says that there is nothing where the driver tells nothing', async () => {
    const reader = startReader({ env: { PATH: '/nowhere' }, platform: 'darwin' });
    await waitFor(() => reader.state().name === 'absent');
  });
});

import { rmSync, statfsSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { admin, alice } from '../helpers/jobs.js';
import { makeSafetensors, writeCheckpoint } from '../helpers/model-files.js';
import { waitFor } from '../helpers/wait-for.js';
import { alarmsOf, appendLog, openWatched, startWatchedJob } from '../helpers/watched-jobs.js';

const minute = 60_000;
const nan = '"loss": NaN, "grad_norm": NaN';
const well = '"loss": 0.6, "grad_norm": 3.1';

/** Waits until the tracker has read the log up to this step. */
function readUpTo(setup: Awaited<ReturnType<typeof openWatched>>, id: number, step: number) {
  return waitFor(async () => (await setup.jobDesk.snapshot(id))?.progress.step === step);
}

describe('an alarm', () => {
  test('is one notice with its figures and the last whole checkpoint before it', async () => {
    const setup = await openWatched();
    const { id, runPath, log } = await startWatchedJob(setup);
    writeCheckpoint(runPath, 10);
    const healthy = writeCheckpoint(runPath, 20);
    // Half written, after the last healthy entry, and after the alarm.
    writeCheckpoint(runPath, 25, makeSafetensors().subarray(0, 40));
    writeCheckpoint(runPath, 29);
    writeCheckpoint(runPath, 40);
    appendLog(log, [
      [5, well],
      [10, well],
      [25, well],
      [30, nan],
      [35, nan],
      [40, nan],
    ]);
    const [notice] = await waitFor(() => {
      const found = alarmsOf(setup);
      return found.length > 0 ? found : undefined;
    });
    await readUpTo(setup, id, 40);
    const [episode] = setup.episodes.list(id);
    expect(notice?.detail).toEqual({
      episode: episode?.id,
      rule: 'loss-not-finite',
      message: 'Loss is NaN (step 30)',
      stopped: false,
    });
    expect(episode).toMatchObject({
      rule: 'loss-not-finite',
      level: 'alarm',
      attempt: 1,
      number: 1,
      step: 30,
      sinceStep: 30,
      healthyStep: 25,
      figures: { loss: Number.NaN },
      checkpoint: { step: 20, path: healthy },
    });
    expect(setup.jobs.get(id)?.warnings).toEqual(['Loss is NaN (step 30)']);
    expect(alarmsOf(setup)).toHaveLength(1);
  });

  test('is not written again by a bot that restarts within or after its episode', async () => {
    const first = await openWatched();
    const { id, log } = await startWatchedJob(first);
    const high = '"loss": 200.0';
    appendLog(log, [
      [5, well],
      [10, high],
    ]);
    await waitFor(() => first.episodes.list(id).length === 1);
    await first.close();
    appendLog(log, [[15, high]]);

    const second = await openWatched({ dataDir: first.dataDir });
    second.supervisor.start();
    await readUpTo(second, id, 15);
    expect(second.episodes.list(id)).toMatchObject([{ rule: 'loss-high', step: 10 }]);
    expect(second.episodes.list(id)[0]).not.toHaveProperty('end');
    appendLog(
      log,
      [20, 25, 30, 35, 40].map((step) => [step, well] as const),
    );
    await waitFor(() => second.episodes.list(id)[0]?.end?.step === 40);
    await second.close();

    const third = await openWatched({ dataDir: first.dataDir });
    third.supervisor.start();
    await readUpTo(third, id, 40);
    expect(alarmsOf(third)).toHaveLength(1);
    appendLog(log, [[45, high]]);
    await waitFor(() => alarmsOf(third).length === 2);
    expect(third.episodes.list(id).map(({ number, step, end }) => [number, step, end?.step])).toEqual([
      [1, 10, 40],
      [2, 45, undefined],
    ]);
    // One sentence a rule: the second episode stands in the table alone.
    expect(third.jobs.get(id)?.warnings).toEqual(['Loss is 200, at or over 100 (step 10)']);
  });

  test('that began while the bot was away is written when it is back', async () => {
    const first = await openWatched();
    const { log } = await startWatchedJob(first);
    await first.close();
    appendLog(log, [
      [5, well],
      [10, nan],
    ]);
    const second = await openWatched({ dataDir: first.dataDir });
    second.supervisor.start();
    await waitFor(() => alarmsOf(second).length === 1);
  });

  test('of several rules is one each', async () => {
    const setup = await openWatched();
    const { id, log } = await startWatchedJob(setup);
    appendLog(log, [
      [5, '"loss": 0.6, "kl": 0.1, "rewards/margins": 0.1'],
      [10, '"loss": 200.0, "kl": 4.0, "rewards/margins": -3.0'],
      [15, '"loss": 200.0, "kl": 4.0, "rewards/margins": -3.5'],
    ]);
    await readUpTo(setup, id, 15);
    await waitFor(() => alarmsOf(setup).length === 3);
    expect(alarmsOf(setup).map(({ detail }) => detail['rule'])).toEqual([
      'loss-high',
      'margin-low',
      'kl-high',
    ]);
  });
});

describe('a rule', () => {
  test('that warns pings nobody and is told at the end; a silent one is kept alone', async () => {
    const setup = await openWatched({ levels: { 'loss-high': 'silent', 'kl-high': 'warn' } });
    const { id, log } = await startWatchedJob(setup);
    const bad = '"loss": 300.0, "kl": 2.0, "grad_norm": 250.0';
    appendLog(log, [
      [5, bad],
      [10, bad],
    ]);
    await waitFor(() => setup.episodes.list(id).length === 3);
    expect(setup.episodes.list(id).map(({ rule, level }) => [rule, level])).toEqual([
      ['loss-high', 'silent'],
      ['gradient-high', 'warn'],
      ['kl-high', 'warn'],
    ]);
    expect(alarmsOf(setup)).toEqual([]);
    expect(setup.jobs.get(id)?.warnings).toEqual([
      'Gradient norm is 250, over 100 (step 5)',
      'KL is 2, over 1: it has diverged (step 10)',
    ]);
  });

  test('set to auto-stop stops the run and says so; nothing else does', async () => {
    const setup = await openWatched({ levels: { 'loss-not-finite': 'auto-stop' } });
    const { id, log } = await startWatchedJob(setup);
    appendLog(log, [
      [5, well],
      [10, '"loss": 500.0, "grad_norm": 5000.0'],
    ]);
    await waitFor(() => alarmsOf(setup).length === 2);
    expect(setup.jobs.get(id)?.state).not.toHaveProperty('cancel');
    appendLog(log, [[15, nan]]);
    const ended = await waitFor(() => {
      const job = setup.jobs.get(id);
      return job?.state.name === 'cancelled' ? job : undefined;
    });
    expect(ended.state).toMatchObject({ by: alice.userId, rule: 'loss-not-finite', how: 'interrupted' });
    expect(alarmsOf(setup).map(({ detail }) => [detail['rule'], detail['stopped']])).toEqual([
      ['loss-high', false],
      ['gradient-exploding', false],
      ['loss-not-finite', true],
    ]);
  });
});

describe('time, output and machine', () => {
  test('a run that freezes is told after 5 minutes, also by a bot that restarts, once', async () => {
    let now = Date.UTC(2026, 0, 1);
    const clock = (): number => now;
    const first = await openWatched({ clock });
    const { id, log } = await startWatchedJob(first);
    appendLog(log, [
      [5, well],
      [10, well],
      [15, well],
    ]);
    await readUpTo(first, id, 15);
    now += 5 * minute;
    await waitFor(() => alarmsOf(first).length === 1);
    expect(first.episodes.list(id)).toMatchObject([
      { rule: 'stalled', step: 15, healthyStep: 15, sentence: 'Nothing was logged for 5 minutes' },
    ]);
    await first.close();
    const second = await openWatched({ dataDir: first.dataDir, clock });
    second.supervisor.start();
    await readUpTo(second, id, 15);
    now += 30 * minute;
    appendLog(log, [[20, well]]);
    await waitFor(() => second.episodes.list(id)[0]?.end?.step === 20);
    expect(alarmsOf(second)).toHaveLength(1);
  });

  test('a run that loads for an hour is none', async () => {
    let now = Date.UTC(2026, 0, 1);
    const setup = await openWatched({ clock: () => now });
    const { id, log } = await startWatchedJob(setup);
    now += 60 * minute;
    appendLog(log, [[5, well]]);
    await readUpTo(setup, id, 5);
    expect(setup.episodes.list(id)).toEqual([]);
  });

  test('output that says out of memory, and a card that is hot', async () => {
    let atMs = 1;
    const setup = await openWatched({ readGpu: () => ({ atMs: (atMs += 1), temperatureCelsius: 95 }) });
    const { id } = await startWatchedJob(setup, {
      method: 'sft',
      print: 'torch.OutOfMemoryError: CUDA out of memory.',
    });
    await waitFor(() => setup.episodes.list(id).length === 2);
    const levels = new Map(setup.episodes.list(id).map(({ rule, level }) => [rule, level]));
    expect([levels.get('gpu-hot'), levels.get('out-of-memory')]).toEqual(['warn', 'alarm']);
  });
});

test('a disk without room for the next checkpoint is told, and over when there is room', async () => {
  let now = Date.UTC(2026, 0, 1);
  const setup = await openWatched({ clock: () => now });
  const { id, runPath, log } = await startWatchedJob(setup);
  const checkpoint = writeCheckpoint(runPath, 10);
  const { bavail, bsize } = statfsSync(runPath);
  // Without a byte on the disk: its size alone is more than there is room for.
  const large = join(checkpoint, 'optimizer.pt');
  truncateSync(large, bavail * bsize + 1e9);
  appendLog(log, [[10, well]]);
  await readUpTo(setup, id, 10);
  now += minute;
  await waitFor(() => alarmsOf(setup).length === 1);
  expect(setup.episodes.list(id)).toMatchObject([{ rule: 'disk-short', level: 'alarm' }]);
  expect(setup.jobs.get(id)?.warnings[0]).toMatch(/^The disk has .+ free, the next checkpoint takes .+/);
  truncateSync(large, 1000);
  now += minute;
  await waitFor(() => setup.episodes.list(id)[0]?.end !== undefined);
  expect(alarmsOf(setup)).toHaveLength(1);
});

test('of a job that is over nothing is written any more', async () => {
  const setup = await openWatched();
  const { id, log } = await startWatchedJob(setup);
  appendLog(log, [[5, well]]);
  await readUpTo(setup, id, 5);
  setup.jobDesk.cancel(id, admin);
  await waitFor(() => setup.jobs.get(id)?.state.name === 'cancelled');
  await setup.close();
  appendLog(log, [[10, nan]]);
  const second = await openWatched({ dataDir: setup.dataDir });
  await readUpTo(second, id, 10);
  expect(second.episodes.list(id)).toEqual([]);
  const begun = { rule: 'loss-high', number: 1, atMs: 1, figures: {}, sentence: 'Loss' } as const;
  const changes = { began: [{ begun, level: 'alarm' as const }], ended: [], over: false, at: 1 };
  expect(second.episodes.record(id, changes)).toBe(false);
  expect(alarmsOf(second)).toEqual([]);
});

test('a checkpoint that vanished is not offered', async () => {
  const setup = await openWatched();
  const { id, runPath, log } = await startWatchedJob(setup);
  const gone = writeCheckpoint(runPath, 10);
  appendLog(log, [[10, well]]);
  await readUpTo(setup, id, 10);
  rmSync(gone, { recursive: true });
  appendLog(log, [[15, nan]]);
  await waitFor(() => setup.episodes.list(id).length === 1);
  expect(setup.episodes.list(id)[0]).not.toHaveProperty('checkpoint');
});

import { appendFile, link, mkdir, rename, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LogFormat } from '../../src/domain/metrics.js';
import { findLogs } from '../../src/services/metrics/find-logs.js';
import { createMetricsFollower } from '../../src/services/metrics/follower.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const flat: LogFormat = { kind: 'flat' };
const pattern = 'logs/training_*.jsonl';
const line = (step: number, rest = '"loss": 0.5'): string => `{"step": ${step}, ${rest}}\n`;

async function makeRun(): Promise<{ folder: string; log: (name: string) => string }> {
  const folder = await makeTempDir();
  await mkdir(join(folder, 'logs'));
  return { folder, log: (name) => join(folder, 'logs', name) };
}

describe('the logs of a run', () => {
  it('are each file once, oldest first by the time in the name', async () => {
    const { folder, log } = await makeRun();
    await writeFile(log('training_20251122_150000.jsonl'), 'b');
    await writeFile(log('training_20251122_143005.jsonl'), 'a');
    await utimes(log('training_20251122_150000.jsonl'), 1, 1);
    await symlink('training_20251122_150000.jsonl', log('training_latest.jsonl'));
    await link(log('training_20251122_150000.jsonl'), log('training_20251122_150001.jsonl'));
    await symlink('nowhere', log('training_20251122_160000.jsonl'));
    await mkdir(log('training_20251122_170000.jsonl'));
    const logs = await findLogs({ folder, pattern });
    expect(logs.map(({ path }) => path)).toEqual([
      log('training_20251122_143005.jsonl'),
      log('training_20251122_150000.jsonl'),
    ]);
  });

  it('leave out a latest log that is a copy, but not one that stands alone', async () => {
    const { folder, log } = await makeRun();
    await writeFile(log('training_latest.jsonl'), 'a');
    expect(await findLogs({ folder, pattern })).toMatchObject([
      { path: log('training_latest.jsonl'), sizeBytes: 1 },
    ]);
    await writeFile(log('training_20251122_143005.jsonl'), 'a');
    expect(await findLogs({ folder, pattern })).toMatchObject([
      { path: log('training_20251122_143005.jsonl') },
    ]);
  });

  it('are none where there is no folder', async () => {
    expect(await findLogs({ folder: '/nonexistent-folder', pattern })).toEqual([]);
  });
});

describe('the follower', () => {
  it('gives each entry once, and a half line when its end has come', async () => {
    const { folder, log } = await makeRun();
    const follower = createMetricsFollower({ location: { folder, pattern }, format: flat });
    expect(await follower.poll()).toEqual({ entries: [], unreadableLines: 0, restarted: false });
    const file = log('training_20251122_143005.jsonl');
    await writeFile(file, `${line(5)}Traceback\n\n{"step": 10, "lo`);
    const first = await follower.poll();
    expect(first.entries.map(({ step }) => step)).toEqual([5]);
    expect(first.unreadableLines).toBe(1);
    expect((await follower.poll()).entries).toEqual([]);
    await appendFile(file, 'ss": NaN}\n');
    expect((await follower.poll()).entries).toEqual([
      { kind: 'training', step: 10, values: { loss: Number.NaN } },
    ]);
  });

  it('keeps a character whole that was cut by the end of the file', async () => {
    const { folder, log } = await makeRun();
    const follower = createMetricsFollower({ location: { folder, pattern }, format: flat });
    const bytes = Buffer.from('{"step": 1, "é": 2}\n');
    const cut = bytes.indexOf(0xc3) + 1;
    await writeFile(log('training_a.jsonl'), bytes.subarray(0, cut));
    await follower.poll();
    await appendFile(log('training_a.jsonl'), bytes.subarray(cut));
    expect((await follower.poll()).entries[0]?.values).toEqual({ é: 2 });
  });

  it('begins anew with a log that was cut, or replaced by another file', async () => {
    const { folder, log } = await makeRun();
    const follower = createMetricsFollower({ location: { folder, pattern }, format: flat });
    const file = log('training_a.jsonl');
    await writeFile(file, line(5) + line(10));
    await follower.poll();
    await truncate(file, line(5).length);
    expect(await follower.poll()).toMatchObject({ restarted: true, entries: [{ step: 5 }] });
    await writeFile(log('other'), line(1) + line(2) + line(3) + line(4));
    await rename(log('other'), file);
    const replaced = await follower.poll();
    expect(replaced.restarted).toBe(true);
    expect(replaced.entries.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  it('follows a log that comes later beside the first', async () => {
    const { folder, log } = await makeRun();
    const follower = createMetricsFollower({ location: { folder, pattern }, format: flat });
    await writeFile(log('training_20251122_143005.jsonl'), line(5));
    await follower.poll();
    await writeFile(log('training_20251122_153005.jsonl'), line(6));
    const second = await follower.poll();
    expect(second).toMatchObject({ restarted: false, entries: [{ step: 6 }] });
  });

  it('tells a new run in a log that holds many, and passes over what an earlier one left', async () => {
    const { folder, log } = await makeRun();
    const file = log('training.jsonl');
    const nested: LogFormat = { kind: 'nested', levelKey: 'level', level: 'METRICS', valuesKey: 'metrics' };
    const metrics = (step: number): string =>
      `{"level": "METRICS", "step": ${step}, "metrics": {"loss": 0.5}}\n{"level": "INFO", "message": "x"}\n`;
    await writeFile(file, metrics(10) + metrics(20));
    const location = { folder, pattern: 'logs/training.jsonl' };
    const all = createMetricsFollower({ location, format: nested, restartsOnStepDrop: true });
    expect((await all.poll()).entries).toHaveLength(2);
    const own = createMetricsFollower({
      location,
      format: nested,
      restartsOnStepDrop: true,
      startOffsets: new Map([[file, (metrics(10) + metrics(20)).length]]),
    });
    expect(await own.poll()).toEqual({ entries: [], unreadableLines: 0, restarted: false });
    await appendFile(file, metrics(5) + metrics(10));
    const next = await all.poll();
    expect(next.restarted).toBe(true);
    expect(next.entries.map(({ step }) => step)).toEqual([5, 10]);
    expect((await own.poll()).entries.map(({ step }) => step)).toEqual([5, 10]);
  });

  it('reads no more than the given part of a long log, from a whole line on', async () => {
    const { folder, log } = await makeRun();
    const lines = Array.from({ length: 5000 }, (_, index) => line(index + 1));
    await writeFile(log('training_a.jsonl'), lines.join(''));
    const follower = (backlogBytes: number): ReturnType<typeof createMetricsFollower> =>
      createMetricsFollower({ location: { folder, pattern }, format: flat, backlogBytes });
    const last = line(5000).length;
    const steps = async (backlogBytes: number): Promise<number[]> =>
      (await follower(backlogBytes).poll()).entries.map(({ step }) => step);
    expect(await steps(2 * last)).toEqual([4999, 5000]);
    expect(await steps(2 * last - 1)).toEqual([5000]);
    expect(await steps(1e9)).toHaveLength(5000);
  });

  it('counts one unreadable line for one that never seems to end', async () => {
    const { folder, log } = await makeRun();
    const follower = createMetricsFollower({ location: { folder, pattern }, format: flat });
    const file = log('training_a.jsonl');
    await writeFile(file, Buffer.alloc(1_000_000));
    expect(await follower.poll()).toMatchObject({ entries: [], unreadableLines: 0 });
    await appendFile(file, `\n${line(1)}`);
    expect(await follower.poll()).toMatchObject({ entries: [{ step: 1 }], unreadableLines: 1 });
  });
});

import { appendFile, mkdir, rename, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createMetricsStore } from '../../src/db/metrics-store.js';
import { openDatabase } from '../../src/db/open.js';
import { downsampleLttb } from '../../src/domain/lttb.js';
import { readMetricLine } from '../../src/domain/metric-line.js';
import type { LogFormat, MetricEntry } from '../../src/domain/metrics.js';
import { figuresAt } from '../../src/domain/run-metrics.js';
import { createMetricsIndex } from '../../src/services/metrics/metrics-index.js';
import type { MetricsIndex, ReadingRun } from '../../src/services/metrics/metrics-index.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const columns = [
  { key: 'loss', label: 'Loss' },
  { key: 'kl', label: 'KL' },
  { key: 'rewards/margins', label: 'Margin' },
];
const flat: LogFormat = { kind: 'flat' };
const newLog = 'training_20251122_150000.jsonl';
const oldLog = 'training_20251122_143005.jsonl';
const indexes: MetricsIndex[] = [];
afterAll(() => Promise.all(indexes.map((index) => index.close())));

const db = openDatabase(':memory:');
function makeIndex(store = createMetricsStore(db, Date.now)): MetricsIndex {
  const index = createMetricsIndex({ store });
  indexes.push(index);
  return index;
}

interface MadeRun {
  readonly log: (name: string) => string;
  readonly run: (steps?: readonly number[], more?: Partial<ReadingRun>) => ReadingRun;
}

async function makeRun(): Promise<MadeRun> {
  const folder = await makeTempDir();
  await mkdir(join(folder, 'logs'));
  return {
    log: (name) => join(folder, 'logs', name),
    run: (checkpointSteps = [], more = {}) => ({
      key: folder,
      location: { folder, pattern: 'logs/training_*.jsonl' },
      format: flat,
      columns,
      checkpointSteps,
      ...more,
    }),
  };
}

const kto = (step: number, loss: number | string = 0.5, kl: number | string = 0.1): string =>
  `{"step": ${step}, "timestamp": "2025-11-22T14:31:07.123456", "loss": ${loss}, "grad_norm": 3.1, "learning_rate": 1e-06, ` +
  `"rewards/margins": ${step / 1000}, "kl": ${kl}}\n`;
const evaluated = (step: number, loss: number): string =>
  `{"eval_loss": ${loss}, "epoch": 0.5, "step": ${step}}\n`;
const closing = '{"train_runtime": 812.4, "train_loss": 0.41, "epoch": 1.0, "step": 100}\n';
const range = (from: number, to: number, by = 5): number[] =>
  Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by);
const curve = (points: readonly (readonly [number, number])[], key = 'loss', label = 'Loss') => ({
  key,
  label,
  points,
});

describe('the metrics of a run', () => {
  it('are all its logs together: the newest wins a step, and the latest is no second log', async () => {
    const { log, run } = await makeRun();
    await writeFile(
      log(oldLog),
      range(5, 30)
        .map((step) => kto(step, step / 10))
        .join(''),
    );
    await writeFile(
      log(newLog),
      range(20, 40)
        .map((step) => kto(step, step))
        .join(''),
    );
    await utimes(log(newLog), 1, 1);
    await symlink(newLog, log('training_latest.jsonl'));
    const metrics = await makeIndex().read(run([15, 20, 30, 40]));
    expect(metrics.curves[0]).toEqual(
      curve([
        [5, 0.5],
        [10, 1],
        [15, 1.5],
        [20, 20],
        [25, 25],
        [30, 30],
        [35, 35],
        [40, 40],
      ]),
    );
    const losses = [...metrics.figures].map(([step, { training }]) => [
      step,
      training?.step,
      training?.values['loss'],
    ]);
    expect(losses).toEqual([
      [15, 15, 1.5],
      [20, 20, 20],
      [30, 30, 30],
      [40, 40, 40],
    ]);
    expect(metrics).toMatchObject({ totalEntries: 11, lastStep: 40, loggingInterval: 5, unreadableLines: 0 });
    expect(metrics.last.map(({ step }) => step)).toEqual(range(5, 40).toSorted((a, b) => a - b));
    expect(metrics.nonFinite).toEqual([]);
    expect(metrics).not.toHaveProperty('summary');
  });

  it('keep evaluation beside training, the closing entry apart, and checkpoints between entries approximate', async () => {
    const { log, run } = await makeRun();
    const lines = [...range(5, 100).map((step) => kto(step)), evaluated(100, 0.25), closing];
    await writeFile(log(oldLog), lines.join(''));
    const metrics = await makeIndex().read(run([100, 52, 4, 200]));
    expect(metrics.figures.get(100)).toMatchObject({
      training: { values: { loss: 0.5, kl: 0.1, 'rewards/margins': 0.1, grad_norm: 3.1 } },
      evaluation: { values: { eval_loss: 0.25 } },
      approximate: false,
      smoothedLoss: 0.5,
    });
    expect(metrics.figures.get(52)).toMatchObject({ training: { step: 50 }, approximate: true });
    expect(metrics.figures.get(4)).toEqual({ step: 4, approximate: false });
    expect(metrics.figures.get(200)).toEqual({ step: 200, approximate: false });
    expect(metrics.summary?.values).toEqual({ train_runtime: 812.4, train_loss: 0.41 });
    expect(metrics.curves.map(({ key, label, points }) => [key, label, points.length])).toEqual([
      ['loss', 'Loss', 20],
      ['eval_loss', 'Eval', 1],
      ['kl', 'KL', 20],
      ['rewards/margins', 'Margin', 20],
    ]);
    expect(metrics.last.at(-1)).toMatchObject({ kind: 'evaluation', step: 100 });
    expect(metrics.totalEntries).toBe(21);
  });

  it('read NaN and infinities as such, and know from where', async () => {
    const { log, run } = await makeRun();
    const bad = ['NaN', 'Infinity', '-Infinity', '"NaN"'];
    const lines = range(5, 40).map((step) =>
      kto(step, bad[(step - 25) / 5] ?? 0.5, step === 40 ? 'NaN' : 0.1),
    );
    await writeFile(log(oldLog), lines.join(''));
    const metrics = await makeIndex().read(run([20, 25, 30, 35, 40]));
    expect([...metrics.figures.values()].map(({ training }) => training?.values['loss'])).toEqual([
      0.5,
      NaN,
      Infinity,
      -Infinity,
      NaN,
    ]);
    expect(metrics.curves[0]?.points.slice(3, 6)).toEqual([
      [20, 0.5],
      [25, NaN],
      [30, Infinity],
    ]);
    expect(metrics.firstNonFiniteStep).toBe(25);
    expect(metrics.nonFinite).toEqual([
      { key: 'loss', from: 25, to: 40 },
      { key: 'kl', from: 40, to: 40 },
    ]);
  });

  it('forget what was not finite when a newer log is finite there', async () => {
    const { log, run } = await makeRun();
    await writeFile(
      log(oldLog),
      range(1, 4000, 1)
        .map((step) => kto(step, step < 2001 ? 0.5 : 'NaN'))
        .join(''),
    );
    const index = makeIndex();
    expect((await index.read(run([2000]))).firstNonFiniteStep).toBe(2001);
    await writeFile(
      log(newLog),
      range(1500, 4000, 1)
        .map((step) => kto(step, 0.25))
        .join(''),
    );
    const metrics = await index.read(run([1400, 2000, 3000]));
    expect(metrics).not.toHaveProperty('firstNonFiniteStep');
    expect([...metrics.figures.values()].map(({ training }) => training?.values['loss'])).toEqual([
      0.5, 0.25, 0.25,
    ]);
    const later = metrics.curves[0]?.points.filter(([step]) => step >= 1500) ?? [];
    expect(later.length).toBeGreaterThan(400);
    expect(new Set(later.map(([, value]) => value))).toEqual(new Set([0.25]));
  });

  it('skip and count what is not readable; a half last line waits for its end', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(
      log(oldLog),
      `${kto(5)}Traceback (most\n[1]\n\n{"loss": 0.5}\n${kto(10)}{"step": 15, "lo`,
    );
    expect(await index.read(run())).toMatchObject({ unreadableLines: 3, totalEntries: 2, lastStep: 10 });
    await appendFile(log(oldLog), 'ss": 0.7}\n{"step": 20, "l');
    expect(await index.read(run([15]))).toMatchObject({ unreadableLines: 3, totalEntries: 3, lastStep: 15 });
    await appendFile(log(oldLog), `\n${kto(25)}`);
    expect(await index.read(run())).toMatchObject({ unreadableLines: 4, totalEntries: 4, lastStep: 25 });
  });

  it('pass over a line without end, once, however it comes', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(log(oldLog), `${kto(5)}${'x'.repeat(700_000)}`);
    expect(await index.read(run())).toMatchObject({ unreadableLines: 0, totalEntries: 1 });
    await appendFile(log(oldLog), 'x'.repeat(50_000));
    expect(await index.read(run())).toMatchObject({ unreadableLines: 0, totalEntries: 1 });
    await appendFile(log(oldLog), `x\n${kto(10)}`);
    expect(await index.read(run())).toMatchObject({ unreadableLines: 1, totalEntries: 2, lastStep: 10 });
    expect(await makeIndex(createMetricsStore(openDatabase(':memory:'), Date.now)).read(run())).toMatchObject(
      {
        unreadableLines: 1,
        totalEntries: 2,
      },
    );
  });

  it('are none without logs', async () => {
    const { run } = await makeRun();
    expect(await makeIndex().read(run([50]))).toEqual({
      figures: new Map([[50, { step: 50, approximate: false }]]),
      last: [],
      curves: [],
      nonFinite: [],
      unreadableLines: 0,
      totalEntries: 0,
    });
  });

  it('are of the last run alone where a log is appended over all runs', async () => {
    const { log, run } = await makeRun();
    const line = (level: string, step: number, loss: number): string =>
      `${JSON.stringify({ timestamp: '2025-11-22 14:31:07,123', level, logger: 'x', message: 'm', step, metrics: { loss } })}\n`;
    const first = [line('METRICS', 10, 2), 'broken\n', line('METRICS', 20, 1)];
    await writeFile(
      log(oldLog),
      [...first, line('METRICS', 10, 0.9), line('INFO', 3, 5), line('METRICS', 20, 0.8)].join(''),
    );
    const format: LogFormat = { kind: 'nested', levelKey: 'level', level: 'METRICS', valuesKey: 'metrics' };
    const metrics = await makeIndex().read(run([20], { format, restartsOnStepDrop: true }));
    expect(metrics.curves).toEqual([
      curve([
        [10, 0.9],
        [20, 0.8],
      ]),
    ]);
    expect(metrics).toMatchObject({ totalEntries: 2, unreadableLines: 0, loggingInterval: 10 });
    expect(metrics.figures.get(20)?.training?.values).toEqual({ loss: 0.8 });
  });
});

describe('reading again', () => {
  it('finds the figures of checkpoints that appear later, in a log far too long to keep', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(
      log(oldLog),
      range(1, 60_000, 1)
        .map((step) => kto(step, step))
        .join(''),
    );
    expect((await index.read(run([100]))).figures.get(100)).toMatchObject({ smoothedLoss: 100 });
    await appendFile(log(oldLog), kto(60_001, 7));
    const metrics = await index.read(run([100, 31_415, 60_001]));
    expect(metrics.figures.get(31_415)).toMatchObject({ training: { step: 31_415 }, smoothedLoss: 31_415 });
    expect(metrics.figures.get(60_001)?.training?.values['loss']).toBe(7);
    expect(metrics.totalEntries).toBe(60_001);
    expect(metrics.curves[0]?.points.length).toBe(800);
    expect(metrics.curves[0]?.points.at(-1)).toEqual([60_001, 7]);
  });

  it('reads neither anew nor at all what a former process read', async () => {
    const { log, run } = await makeRun();
    await writeFile(
      log(oldLog),
      range(5, 2000)
        .map((step) => kto(step, step))
        .join('') + closing,
    );
    await utimes(log(oldLog), 1000, 1000);
    const before = await makeIndex().read(run([100, 1500]));
    // Same size, time and inode, other bytes: who reads again sees them.
    await writeFile(log(oldLog), 'x'.repeat((await stat(log(oldLog))).size));
    await utimes(log(oldLog), 1000, 1000);
    expect(await makeIndex().read(run([100, 1500]))).toEqual(before);
    await appendFile(log(oldLog), kto(2005, 1));
    expect(await makeIndex().read(run([100, 1500]))).toMatchObject({ totalEntries: 401, lastStep: 2005 });
  });

  it('reads anew what shrank, was replaced, vanished or was rewritten', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(log(oldLog), kto(5) + kto(10) + kto(15));
    expect((await index.read(run())).lastStep).toBe(15);
    await truncate(log(oldLog), kto(5).length);
    expect(await index.read(run([5, 10]))).toMatchObject({ lastStep: 5, totalEntries: 1 });
    await writeFile(log('new'), kto(6) + kto(7) + kto(8) + kto(9));
    await rename(log('new'), log(oldLog));
    expect(await index.read(run([5, 8]))).toMatchObject({ lastStep: 9, totalEntries: 4 });
    await writeFile(log(oldLog), kto(1) + kto(2) + kto(3) + kto(4));
    await utimes(log(oldLog), 5, 5);
    expect(await index.read(run())).toMatchObject({ lastStep: 4, totalEntries: 4 });
    await rm(log(oldLog));
    expect(await index.read(run())).toMatchObject({ totalEntries: 0, curves: [] });
  });

  it('reads all logs anew when an older one grows', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(log(oldLog), kto(5, 1));
    await writeFile(log(newLog), kto(10, 2));
    await index.read(run());
    await appendFile(log(oldLog), kto(10, 9) + kto(15, 3));
    expect((await index.read(run())).curves[0]).toEqual(
      curve([
        [5, 1],
        [10, 2],
        [15, 3],
      ]),
    );
  });

  it('shows other columns of what was read already', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(log(oldLog), kto(5) + kto(10));
    await index.read(run());
    const metrics = await index.read(run([], { columns: [{ key: 'grad_norm', label: 'Grad' }] }));
    expect(metrics.curves.map(({ label }) => label)).toEqual(['Loss', 'Grad']);
  });

  it('lets calls for one run wait for one another', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(
      log(oldLog),
      range(1, 5000, 1)
        .map((step) => kto(step))
        .join(''),
    );
    const all = await Promise.all([1, 2, 3].map((step) => index.read(run([step]))));
    expect(all.map(({ totalEntries }) => totalEntries)).toEqual([5000, 5000, 5000]);
    expect(all.map(({ figures }) => [...figures.keys()])).toEqual([[1], [2], [3]]);
  });

  it('reads on after its threads were ended', async () => {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(
      log(oldLog),
      range(1, 5000, 1)
        .map((step) => kto(step))
        .join(''),
    );
    await index.read(run());
    await index.close();
    await appendFile(
      log(oldLog),
      range(5001, 10_000, 1)
        .map((step) => kto(step))
        .join(''),
    );
    expect(await index.read(run())).toMatchObject({ totalEntries: 10_000 });
  });
});

/** The plain way: every line, by kind and step. */
function plainly(text: string): {
  entries: MetricEntry[];
  last: MetricEntry[];
  unreadable: number;
  total: number;
} {
  const byStep = new Map<string, MetricEntry>();
  let [unreadable, total] = [0, 0];
  const last: MetricEntry[] = [];
  for (const line of text.split('\n').slice(0, -1)) {
    const read = readMetricLine(line, flat);
    if (read.kind === 'unreadable') unreadable += 1;
    if (read.kind !== 'entry' || read.entry.kind === 'summary') continue;
    total += 1;
    last.push(read.entry);
    byStep.set(`${read.entry.kind} ${read.entry.step}`, read.entry);
  }
  const kept = new Set(byStep.values());
  return {
    entries: [...kept].sort((a, b) => a.step - b.step),
    last: last
      .slice(-64)
      .filter((entry) => kept.has(entry))
      .slice(-30),
    unreadable,
    total,
  };
}

const value = fc
  .oneof(
    fc.double(),
    fc.double({ min: -100, max: 100 }).map((number) => Number(number.toFixed(4))),
    fc.constantFrom(
      'NaN',
      '-Infinity',
      '"0.65"',
      '1e5',
      '1E-7',
      '-0',
      '0.1e+3',
      '123456789012345678',
      '01',
      '1.',
      '-',
      'null',
    ),
  )
  .map((raw) => (raw === Infinity ? 'Infinity' : String(raw)));
const someLine = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.nat(300), value, value).map(([step, loss, kl]) => kto(step, loss, kl).trimEnd()),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.nat(300), fc.double()).map(([step, loss]) => evaluated(step, loss).trimEnd()),
  },
  { weight: 1, arbitrary: fc.constant(closing.trimEnd()) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      '{}',
      '{"step": 5}',
      '{"step": -1, "loss": 1}',
      '{"step": 2, "step": 9, "loss": 1}',
    ),
  },
  { weight: 1, arbitrary: fc.json().map((json) => json.replaceAll('\n', ' ')) },
  { weight: 1, arbitrary: fc.string().map((text) => text.replaceAll('\n', ' ')) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(300), value).map(([step, loss]) => `${kto(step, loss).trimEnd()}\r`),
  },
);

describe('any log', () => {
  const steps = [0, 7, 50, 123, 299];

  async function readIn(parts: readonly Buffer[]): Promise<Awaited<ReturnType<MetricsIndex['read']>>> {
    const { log, run } = await makeRun();
    const index = makeIndex();
    await writeFile(log(oldLog), parts[0] ?? '');
    for (const part of parts.slice(1)) {
      await index.read(run(steps));
      await appendFile(log(oldLog), part);
    }
    return index.read(run(steps));
  }

  it('gives what the plain way gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someLine, { maxLength: 120 }), async (lines) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const { entries, last, unreadable, total } = plainly(text);
        const metrics = await readIn([Buffer.from(text)]);
        expect(metrics).toMatchObject({ unreadableLines: unreadable, totalEntries: total });
        expect(metrics.last).toEqual(last);
        for (const step of steps) {
          expect(metrics.figures.get(step)).toEqual(figuresAt(step, entries, metrics.loggingInterval));
        }
        const training = entries.filter(({ kind, values }) => kind === 'training' && 'kl' in values);
        const points = training.map(({ step, values }) => [step, values['kl'] ?? 0] as const);
        expect(metrics.curves.find(({ key }) => key === 'kl')?.points ?? []).toEqual(
          downsampleLttb(points, 800),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('gives the same in two reads as in one, wherever it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(someLine, { maxLength: 60 }), fc.nat(), fc.nat(), async (lines, one, two) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const [from, to] = [one % (bytes.length + 1), two % (bytes.length + 1)].sort((a, b) => a - b);
        const parts = [bytes.subarray(0, from), bytes.subarray(from, to), bytes.subarray(to)];
        expect(await readIn(parts)).toEqual(await readIn([bytes]));
      }),
      { numRuns: 100 },
    );
  });

  it('may hold any bytes: nothing throws, and the sound lines are found', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 12 }), async (junk) => {
        const parts = junk.flatMap((bytes, index) => [
          Buffer.from(bytes),
          Buffer.from(`\n${kto(1000 + index * 5, index)}`),
        ]);
        const metrics = await readIn([Buffer.concat(parts)]);
        const own =
          metrics.curves.find(({ key }) => key === 'loss')?.points.filter(([step]) => step >= 1000) ?? [];
        expect(own).toEqual(junk.map((_, index) => [1000 + index * 5, index]));
      }),
      { numRuns: 100 },
    );
  });
});

describe('a long log', () => {
  it('gives block by block what it gives entry by entry', async () => {
    const { log, run } = await makeRun();
    let step = 0;
    const lines = Array.from({ length: 30_000 }, (_, index) => {
      step += index % 997 === 0 ? 40 : index % 13 === 0 ? 2 : 1;
      const value = Number(Math.sin(index * index).toFixed(3));
      if (index % 500 === 499) return evaluated(step, value);
      return kto(step, index % 4001 === 4000 ? 'NaN' : value, index % 3 === 0 ? '0.123456789012345678' : 0.1);
    });
    await writeFile(log(oldLog), lines.join(''));
    const store = () => createMetricsStore(openDatabase(':memory:'), Date.now);
    const steps = [1000, 20_000, step];
    const blocks = await makeIndex(store()).read(run(steps));
    // Where a lower step begins another run, entries are taken one by one.
    const entries = await makeIndex(store()).read(run(steps, { restartsOnStepDrop: true }));
    expect(blocks).toEqual(entries);
    expect(blocks).toMatchObject({ totalEntries: 30_000, loggingInterval: 1, lastStep: step });
    const losses = lines
      .map((line) => Number(/"loss": (-?[\d.]+),/.exec(line)?.[1] ?? NaN))
      .filter(Number.isFinite);
    const drawn = blocks.curves[0]?.points.map(([, value]) => value).filter(Number.isFinite) ?? [];
    expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([Math.min(...losses), Math.max(...losses)]);
  });

  it('gives in two threads what it gives in one, also where the second half goes back', async () => {
    const store = () => createMetricsStore(openDatabase(':memory:'), Date.now);
    const line = (step: number): string =>
      kto(step, Number(Math.sin(step).toFixed(6)), step % 7000 === 0 ? 'NaN' : 0.1);
    for (const [from, back] of [
      [40_001, 0],
      [30_001, 10_000],
    ] as const) {
      const { log, run } = await makeRun();
      const first = range(1, 40_000, 1).map(line).join('');
      const second = range(from, from + 40_000, 1)
        .map(line)
        .join('');
      await writeFile(log(oldLog), first);
      const index = makeIndex(store());
      await index.read(run());
      await appendFile(log(oldLog), second);
      const apart = await index.read(run([100, 35_000, 60_000]));
      const whole = await makeIndex(store()).read(run([100, 35_000, 60_000]));
      expect((first + second).length).toBeGreaterThan(8 * 1024 * 1024);
      expect(whole).toEqual(apart);
      expect(whole.totalEntries).toBe(80_001);
      expect(whole.lastStep).toBe(80_001 - back);
    }
  });
});

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createMetricsStore } from '../../src/db/metrics-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createMetricsIndex, type ReadingRun } from '../../src/services/metrics/metrics-index.js';
import { median } from '../table.js';
import { createChance, ktoLine } from './generate-log.js';

/** What one process measured; milliseconds and bytes. */
export interface ReadOnce {
  readonly firstMs: number;
  readonly longestHoldMs: number;
  readonly moreBytes: number;
  readonly againMs: number;
  readonly restartedMs: number;
  readonly grownMs: number;
}

// A process of its own, as the bot is one: reads the log of a run for the first time, again, after a restart, after 100 more
// lines. Arguments: the run's folder, its log, the database, the count of its lines.

const [folder = '', log = '', database = '', lineCount = '0'] = process.argv.slice(2);
const lines = Number(lineCount);
const run: ReadingRun = {
  key: folder,
  location: { folder, pattern: 'logs/training_*.jsonl' },
  format: { kind: 'flat' },
  columns: [
    { key: 'loss', label: 'Loss' },
    { key: 'learning_rate', label: 'LR' },
    { key: 'kl', label: 'KL' },
    { key: 'rewards/margins', label: 'Margin' },
  ],
  checkpointSteps: Array.from({ length: 20 }, (_, index) => Math.round(((index + 1) * lines) / 20)),
};
const db = openDatabase(database);
const store = createMetricsStore(db, Date.now);
/** As a person who looks now and then. */
const rounds = 9;
const idle = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

await idle(200);
const idleBytes = process.memoryUsage.rss();
let peakBytes = idleBytes;
const sampling = setInterval(() => (peakBytes = Math.max(peakBytes, process.memoryUsage.rss())), 5);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const index = createMetricsIndex({ store });
const firstMs = await timed(() => index.read(run));
await idle(5);
delay.disable();
clearInterval(sampling);
peakBytes = Math.max(peakBytes, process.memoryUsage.rss());

const againMs: number[] = [];
const grownMs: number[] = [];
const chance = createChance(lines);
for (let round = 0; round < rounds; round += 1) {
  againMs.push(await timed(() => index.read(run)));
  const from = lines + round * 100 + 1;
  const more = Array.from({ length: 100 }, (_, added) => ktoLine(from + added, 1, chance)).join('');
  appendFileSync(join(folder, 'logs', log), more);
  grownMs.push(await timed(() => index.read(run)));
}
const restarted = createMetricsIndex({ store: createMetricsStore(openDatabase(database), Date.now) });
const restartedMs = await timed(() => restarted.read(run));
await index.close();
const once: ReadOnce = {
  firstMs,
  longestHoldMs: delay.max / 1e6,
  moreBytes: peakBytes - idleBytes,
  againMs: median(againMs),
  restartedMs,
  grownMs: median(grownMs),
};
process.stdout.write(JSON.stringify(once));

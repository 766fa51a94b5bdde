import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pause } from '../bot/process-figures.js';
import { median } from '../table.js';
import { trustMs } from '../../src/services/run-history/listing/root-scan.js';
import { openRunDesk } from './open-desk.js';

/** What one process measured, milliseconds. */
export interface ListOnce {
  /** The listing that the bot makes when it starts, its thread included. */
  readonly startMs: number;
  /** The first that somebody asks for. */
  readonly firstMs: number;
  readonly againMs: number;
  /** Later, when all are looked at anew. */
  readonly laterMs: number;
  readonly changedMs: number;
  readonly longestHoldMs: number;
  readonly runs: number;
}

// A process of its own, as the bot is one: lists the runs of a toolset as the bot does when it starts, then as the first who
// asks, again, and after a run came and went. Arguments: the toolset, the repository, the folder of the runs.

const [toolset = '', repository = '', runsDir = ''] = process.argv.slice(2);
/** As a person who looks now and then. */
const rounds = 15;
const laterRounds = 5;
const { finder, desk, close } = openRunDesk(toolset, repository);
async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const startMs = await timed(() => desk.start());
// Longer than what was seen then is trusted.
await pause(trustMs + 1_000);
const firstMs = await timed(() => finder.find());
const againMs: number[] = [];
const laterMs: number[] = [];
const changedMs: number[] = [];
for (let round = 0; round < rounds; round += 1) againMs.push(await timed(() => finder.find()));
for (let round = 0; round < laterRounds; round += 1) {
  await pause(trustMs);
  laterMs.push(await timed(() => finder.find()));
}
const come = join(runsDir, '29990101_000000');
for (let round = 0; round < rounds; round += 1) {
  if (round % 2 === 0) mkdirSync(join(come, 'final_model'), { recursive: true });
  else rmSync(come, { recursive: true });
  changedMs.push(await timed(() => finder.find()));
}
rmSync(come, { recursive: true, force: true });
// Apart from the times: a watch on every millisecond takes the threads some of theirs.
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
for (let round = 0; round < rounds; round += 1) await finder.find();
delay.disable();
const { runs } = await finder.find();
await close();
const once: ListOnce = {
  startMs,
  firstMs,
  againMs: median(againMs),
  laterMs: median(laterMs),
  changedMs: median(changedMs),
  longestHoldMs: delay.max / 1e6,
  runs: runs.length,
};
process.stdout.write(JSON.stringify(once));

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../sandbox/discord/server.js';
import { as } from '../../sandbox/driver/driver.js';
import { showMessage } from '../../sandbox/driver/show.js';
import { startBot } from '../../sandbox/launch/bot-process.js';
import { endJobs } from '../../sandbox/launch/end-jobs.js';
import { makeToolset } from '../../sandbox/launch/make-toolset.js';
import { median, percentile, type Row } from '../table.js';
import { pause, until } from './process-figures.js';

/** What a message said when it was written, epoch ms. */
export interface SeenWrite {
  readonly at: number;
  readonly text: string;
}

/** A line of a metrics log: when the trainer wrote it, epoch ms, and its loss as messages show it. */
export interface LoggedLine {
  readonly at: number;
  readonly loss: string;
}

/** Notes each message of the bot as it arrives at the sandbox, before the answer to it goes out. */
export function noteWrites({ world }: Pick<Sandbox, 'world'>): readonly SeenWrite[] {
  const seen: SeenWrite[] = [];
  world.watch((event) => {
    if (event.type !== 'message' || event.change === 'delete') return;
    seen.push({ at: Date.now(), text: showMessage(event.message, Date.now()) });
  });
  return seen;
}

/** The lines of the run's log. A trainer states local time just before it writes. */
export function readLogged(runsDir: string): readonly LoggedLine[] {
  const [run] = readdirSync(runsDir);
  const logs = join(runsDir, run ?? '', 'logs');
  const name = readdirSync(logs).find((file) => /^training_\d/.test(file));
  const lines = readFileSync(join(logs, name ?? ''), 'utf8')
    .trim()
    .split('\n');
  return lines.flatMap((line) => {
    const { timestamp, loss } = JSON.parse(line) as { timestamp: string; loss?: number };
    return loss === undefined ? [] : [{ at: Date.parse(timestamp), loss: loss.toPrecision(4) }];
  });
}

/** An edit of a young run's message is followed by the next after this long at the earliest, ms. */
const editIntervalMs = 2500;

/**
 * How long after its line the first message with its loss was written, ms; Infinity for a line that no message showed. Lines for
 * which the writer was not free, since an edit had just gone out, are left out.
 */
export function delaysOf(lines: readonly LoggedLine[], writes: readonly SeenWrite[]): number[] {
  return lines
    .filter(({ at }) => !writes.some((write) => write.at < at && at - write.at < editIntervalMs))
    .map(({ at, loss }) => {
      const shown = writes.find((write) => write.at >= at && write.text.includes(loss));
      return shown ? shown.at - at : Infinity;
    });
}

/** A line every so often: more than the least time between two edits, so that the writer soon is free for each. */
const stepSeconds = 3.5;
const steps = 24;

/** From a line that a real trainer writes to the edit that shows it, as it arrives at the sandbox. */
export async function measureLineToEdit(root: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tuner-bot-bench-'));
  const sandbox = await startSandbox();
  const toolsetRoot = join(dir, 'toolset');
  makeToolset(root, toolsetRoot, '2026');
  const config = join(toolsetRoot, 'Trainers/kto/configs/config.yaml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/logging_steps: \d+/, 'logging_steps: 1'));
  const writes = noteWrites(sandbox);
  const env = { MINI_STEP_SECONDS: String(stepSeconds), MINI_LOAD_SECONDS: '1' };
  const bot = startBot({
    root,
    apiUrl: sandbox.apiUrl,
    token: sandbox.world.token,
    toolsetRoot,
    dataDir: dir,
    env,
  });
  try {
    await until(() => sandbox.world.commands.size > 0, 20_000);
    const tess = as(sandbox, 'tess');
    const { outcome } = await tess.command(`/train platform:rtx method:kto max_steps:${steps}`);
    if (outcome.kind !== 'deferred') throw new Error(`/train: ${outcome.kind}`);
    await until(() => !outcome.message.loading, 10_000);
    await tess.press(outcome.message, 'Start');
    await until(() => writes.some(({ text }) => text.includes('Succeeded')), 60_000 + steps * 4000, 50);
    await pause(500);
    // The last one comes with the end of the run, which is told at once in any case.
    const lines = readLogged(join(toolsetRoot, 'Trainers/kto/kto_output')).slice(0, -1);
    const delays = delaysOf(lines, writes);
    return [
      {
        what: `a line written → its edit at Discord, the writer free (${delays.length} lines)`,
        measured: `median ${median(delays).toFixed(0)} ms, p95 ${percentile(delays, 0.95).toFixed(0)} ms`,
        must: 'median under 1000 ms',
        reached: median(delays) < 1000,
      },
    ];
  } finally {
    const gone = new Promise((resolve) => bot.once('exit', resolve));
    bot.kill('SIGTERM');
    await gone;
    await endJobs(join(dir, 'jobs'));
    await sandbox.stop();
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

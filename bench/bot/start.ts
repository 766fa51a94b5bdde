import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/discord/server.js';
import { startBot } from '../../sandbox/launch/bot-process.js';
import { makeToolset } from '../../sandbox/launch/make-toolset.js';
import { median, type Row } from '../table.js';
import { pause, residentMiB, until } from './process-figures.js';

const runs = 7;
/** Idle this long before memory is read: what starting up left behind is collected by then. */
const idleMs = 3_000;

interface Started {
  readonly readyMs: number;
  readonly idleMiB: number;
}

/** Start to ready and memory when idle, in turns with a bare discord.js client against the same sandbox. */
export async function measureStart(root: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tuner-bot-bench-'));
  const sandbox = await startSandbox();
  const toolsetRoot = join(dir, 'toolset');
  makeToolset(root, toolsetRoot, '2026');
  const { apiUrl } = sandbox;
  const { token } = sandbox.world;
  const bot: Started[] = [];
  const bare: Started[] = [];
  try {
    for (let run = 0; run <= runs; run += 1) {
      const env = { ...process.env, DISCORD_API_URL: apiUrl, DISCORD_TOKEN: token };
      const lean = await measure(
        () =>
          spawn(process.execPath, [join(root, 'dist/bench/bot/bare-client.js')], {
            env,
            stdio: ['ignore', 'pipe', 'ignore'],
          }),
        (child) => untilSaid(child),
      );
      const full = await measure(
        () => startBot({ root, apiUrl, token, toolsetRoot, dataDir: dir }),
        () => until(() => readFileSync(join(dir, 'bot.log'), 'utf8').includes('"msg":"ready"'), 20_000, 2),
      );
      // The first of each warms the file system and registers the commands.
      if (run > 0) {
        bare.push(lean);
        bot.push(full);
      }
    }
  } finally {
    await sandbox.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  return [
    compare(
      'start to ready',
      bot.map(({ readyMs }) => readyMs),
      bare.map(({ readyMs }) => readyMs),
      'ms',
    ),
    compare(
      'memory when idle',
      bot.map(({ idleMiB }) => idleMiB),
      bare.map(({ idleMiB }) => idleMiB),
      'MiB',
    ),
  ];
}

async function measure(
  start: () => ChildProcess,
  ready: (child: ChildProcess) => Promise<unknown>,
): Promise<Started> {
  const began = performance.now();
  const child = start();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  await ready(child);
  const readyMs = performance.now() - began;
  await pause(idleMs);
  const idleMiB = residentMiB(child.pid ?? 0);
  child.kill('SIGTERM');
  await gone;
  return { readyMs, idleMiB };
}

function untilSaid(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.stdout?.once('data', () => resolve());
  });
}

function compare(what: string, ours: readonly number[], plain: readonly number[], unit: string): Row {
  const ratio = median(ours) / median(plain);
  return {
    what,
    measured: `${median(ours).toFixed(0)} ${unit}`,
    beside: `bare discord.js ${median(plain).toFixed(0)} ${unit}: ${ratio.toFixed(2)} times`,
    must: 'at most 1.5 times',
    reached: ratio <= 1.5,
  };
}

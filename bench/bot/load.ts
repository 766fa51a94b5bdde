import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/discord/server.js';
import { as, type Person } from '../../sandbox/driver/driver.js';
import { startBot } from '../../sandbox/launch/bot-process.js';
import { endJobs } from '../../sandbox/launch/end-jobs.js';
import { makeToolset } from '../../sandbox/launch/make-toolset.js';
import { median, percentile, type Row } from '../table.js';
import { coreSeconds, pause, until } from './process-figures.js';

const jobs = 4;
const interactions = 200;
const cpuMs = 20_000;

/** Four jobs at once: press to child, share of a core, and how soon 200 interactions are acknowledged meanwhile. */
export async function measureLoad(root: string): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tuner-bot-bench-'));
  const sandbox = await startSandbox();
  const toolsetRoot = join(dir, 'toolset');
  makeToolset(root, toolsetRoot, '2026');
  const config = join(dir, 'bot.yaml');
  const given = readFileSync(join(root, 'configs/sandbox.yaml'), 'utf8').replace(
    /slots: \d+/,
    `slots: ${jobs}`,
  );
  writeFileSync(config, `${given}\nlimits: { commandsPerMinute: 10000, plansOpen: 1000 }\n`);
  const { apiUrl } = sandbox;
  const env = { MINI_STEP_SECONDS: '0.5' };
  const bot = startBot({ root, apiUrl, token: sandbox.world.token, toolsetRoot, dataDir: dir, config, env });
  try {
    await until(() => sandbox.world.commands.size > 0, 20_000);
    const tess = as(sandbox, 'tess');
    const startMs: number[] = [];
    for (let job = 1; job <= jobs; job += 1) startMs.push(await startJob(tess, dir, job));
    await pause(2_000);
    const before = coreSeconds(bot.pid ?? 0);
    await pause(cpuMs);
    const share = ((coreSeconds(bot.pid ?? 0) - before) / cpuMs) * 100_000;
    const ackMs = await measureAcks(tess);
    return [
      {
        what: 'press of Start → child running',
        measured: `${median(startMs).toFixed(0)} ms (longest ${Math.max(...startMs).toFixed(0)})`,
        must: 'under 200 ms',
        reached: median(startMs) < 200,
      },
      {
        what: `CPU while ${jobs} jobs run`,
        measured: `${share.toFixed(1)} % of a core`,
        must: 'told',
        reached: true,
      },
      {
        what: `acknowledgement of ${interactions} interactions, ${jobs} jobs running`,
        measured: `p50 ${median(ackMs).toFixed(0)} ms, p99 ${percentile(ackMs, 0.99).toFixed(0)} ms`,
        must: 'p99 under 250 ms',
        reached: percentile(ackMs, 0.99) < 250,
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

/** Real ms from the press to the child's identity on disk. */
async function startJob(person: Person, dir: string, job: number): Promise<number> {
  const { outcome } = await person.command('/train platform:rtx method:kto max_steps:2000');
  if (outcome.kind !== 'deferred') throw new Error(`/train: ${outcome.kind}`);
  await until(() => !outcome.message.loading, 10_000);
  const began = performance.now();
  const pressed = person.press(outcome.message, 'Start');
  await until(() => existsSync(join(dir, `jobs/${job}/attempt-1/process.json`)), 10_000, 1);
  const took = performance.now() - began;
  await pressed;
  return took;
}

async function measureAcks(person: Person): Promise<number[]> {
  const took: number[] = [];
  for (let count = 0; count < interactions; count += 1) {
    const { interaction } = await person.command('/train platform:rtx method:sft');
    took.push(interaction.ackMs ?? Infinity);
    // Apart, as people come: the plans themselves take their time behind the acknowledgement.
    await pause(50);
  }
  return took;
}

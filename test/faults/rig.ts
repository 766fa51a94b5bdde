import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { openDatabase } from '../../src/db/open.js';
import type { Job } from '../../src/domain/job.js';
import { ids } from '../../sandbox/discord/seed.js';
import type { Sandbox } from '../../sandbox/discord/server.js';
import { startBot } from '../../sandbox/launch/bot-process.js';
import { endJobs } from '../../sandbox/launch/end-jobs.js';
import { makeSandbox } from '../helpers/sandbox.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

/** The built bot as a process of its own against a sandbox, to be killed and started again. */
export interface Rig {
  readonly sandbox: Sandbox;
  readonly dataDir: string;
  readonly toolsetRoot: string;
  /** Starts the bot; resolves when it is ready. */
  start(): Promise<void>;
  /** Starts it without waiting. */
  launch(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  readonly bot: ChildProcess | undefined;
  /** Jobs as the database has them now. */
  jobs(): readonly Job[];
  /** `PRAGMA integrity_check`. */
  integrity(): string;
  log(): string;
}

export interface RigOptions {
  readonly slots?: number;
  readonly maxSteps?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly yaml?: string;
  /** A toolset of the test's own, with its manifest's text; default: the miniature. */
  readonly toolset?: { readonly root: string; readonly manifest: string };
}

export async function makeRig(options: RigOptions = {}): Promise<Rig> {
  const { slots = 2, maxSteps = 8, env = {}, yaml = '' } = options;
  const dataDir = await makeTempDir();
  const sandbox = await makeSandbox();
  const toolset = options.toolset ?? (await makeToolset({ layout: '2026', maxSteps, saveSteps: 4 }));
  if (options.toolset) {
    mkdirSync(join(dataDir, 'toolsets'));
    writeFileSync(join(dataDir, 'toolsets/own.yaml'), options.toolset.manifest);
  }
  const config = join(dataDir, 'bot.yaml');
  writeFileSync(
    config,
    `discord: { guild: '${ids.guild}', channel: '${ids.channels.training}' }
toolset: { root: '${toolset.root}', python: python3, environment: none, manifest: ${options.toolset ? 'own.yaml' : 'auto'} }
access: { view: ['${ids.roles.viewer}'], train: ['${ids.roles.trainer}'], upload: ['${ids.roles.uploader}'], administer: ['${ids.roles.administrator}'] }
jobs: { cancelGraceSeconds: 2, slots: ${slots} }
limits: { commandsPerMinute: 10000, plansOpen: 1000, jobsWaiting: 1000 }
${yaml}`,
  );
  let bot: ChildProcess | undefined;

  function launch(): void {
    bot = startBot({
      root: process.cwd(),
      apiUrl: sandbox.apiUrl,
      token: sandbox.world.token,
      toolsetRoot: toolset.root,
      dataDir,
      config,
      env: { MINI_STEP_SECONDS: '0.02', ...env },
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!bot || bot.exitCode !== null || bot.signalCode !== null) return;
    const gone = once(bot, 'exit');
    bot.kill(signal);
    await gone;
  }

  const log = () => readFileSync(join(dataDir, 'bot.log'), 'utf8');
  onTestFinished(async () => {
    await end('SIGKILL');
    await endJobs(join(dataDir, 'jobs'));
  });
  return {
    sandbox,
    dataDir,
    toolsetRoot: toolset.root,
    launch,
    log,
    get bot() {
      return bot;
    },
    async start() {
      launch();
      await waitFor(() => log().includes('"msg":"ready"') || bot?.exitCode !== null, { timeoutMs: 20_000 });
      if (bot?.exitCode !== null) throw new Error(`The bot ended: ${log().slice(-1000)}`);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    jobs() {
      if (!existsSync(join(dataDir, 'tuner-bot.db'))) return [];
      const db = openDatabase(join(dataDir, 'tuner-bot.db'));
      try {
        return createJobStore(db).list({ limit: 10_000 });
      } finally {
        db.close();
      }
    },
    integrity() {
      const file = join(dataDir, 'tuner-bot.db');
      if (!existsSync(file)) return 'ok';
      const db = new Database(file);
      try {
        return String(db.pragma('integrity_check', { simple: true }));
      } finally {
        db.close();
      }
    },
  };
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Whether the long form was asked for: `npm run test:faults`. */
export const full = process.env['TUNER_BOT_FAULTS'] === 'full';

/** Figures for people to read, beside the assertions. */
export function tell(title: string, figures: Readonly<Record<string, string | number>>): void {
  const lines = Object.entries(figures).map(([name, value]) => `  ${name.padEnd(34)}${value}`);
  process.stderr.write(`\n${title}\n${lines.join('\n')}\n`);
}

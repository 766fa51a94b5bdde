import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createApp, type App } from '../../src/app.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { secretTexts, type Settings } from '../../src/config/settings.js';
import { ids } from '../../sandbox/discord/seed.js';
import type { Sandbox } from '../../sandbox/discord/server.js';
import { makeTempDir } from './temp-dir.js';

export interface AppSetup {
  readonly sandbox: Sandbox;
  readonly toolsetRoot: string;
  /** Kept from one start to the next to see what outlives the bot; default: a new one. */
  readonly dataDir?: string;
  /** Environment beside what the bot itself needs; reaches the trainers. */
  readonly env?: Readonly<Record<string, string>>;
  /** Lines of YAML after the ones below. */
  readonly yaml?: string;
  readonly slots?: number;
  readonly cancelGraceSeconds?: number;
}

export interface RunningApp {
  readonly app: App;
  readonly settings: Settings;
  readonly dataDir: string;
  /** Lines of the log so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
  /** As a restart begins: stops the bot, leaves what it started running. */
  stop(): Promise<void>;
}

/** Settings as the bot reads them from files and environment. */
export async function makeSettings(setup: AppSetup): Promise<Settings> {
  const { sandbox, toolsetRoot, env = {}, slots = 1, cancelGraceSeconds = 2, yaml = '' } = setup;
  const dataDir = setup.dataDir ?? (await makeTempDir());
  const file = join(dataDir, 'bot.yaml');
  writeFileSync(
    file,
    `discord: { guild: '${ids.guild}', channel: '${ids.channels.training}' }
toolset: { root: '${toolsetRoot}', python: python3, environment: none }
access: { view: ['${ids.roles.viewer}'], train: ['${ids.roles.trainer}'], upload: ['${ids.roles.uploader}'], administer: ['${ids.roles.administrator}'] }
jobs: { cancelGraceSeconds: ${cancelGraceSeconds}, slots: ${slots} }
limits: { commandsPerMinute: 10000, plansOpen: 1000, jobsWaiting: 1000 }
${yaml}`,
  );
  const { settings, faults } = loadSettings({
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DISCORD_TOKEN: sandbox.world.token,
      DISCORD_API_URL: sandbox.apiUrl,
      TUNER_BOT_CONFIG: file,
      TUNER_BOT_DATA_DIR: dataDir,
      ...env,
    },
    cwd: dataDir,
  });
  if (faults) throw new Error(JSON.stringify(faults));
  return settings;
}

/** The whole bot in this process, connected to the sandbox and ready. Stopped after the test. */
export async function startApp(setup: AppSetup): Promise<RunningApp> {
  const settings = await makeSettings(setup);
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  const hide = (line: string) =>
    secretTexts(settings).reduce((text, secret) => text.replaceAll(secret, '…'), line);
  const log = pino({ level: 'debug' }, { write: (line) => write(hide(line)) });
  const app = createApp({
    settings,
    log,
    clock: setup.sandbox.world.clock.now,
    onFatal: (reason) => lines.push({ fatal: reason }),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.stop());
  onTestFinished(stop);
  await app.start();
  return { app, settings, dataDir: settings.dataDir, log: lines, stop };
}

import { spawn, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

export interface BotOptions {
  /** The project's folder. */
  readonly root: string;
  readonly apiUrl: string;
  readonly token: string;
  readonly toolsetRoot: string;
  readonly dataDir: string;
  /** Settings file; default: the sandbox's. */
  readonly config?: string;
  /** Endpoint and token of the stand-in Hub. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built bot as `npm start` does, its log in `bot.log` of the data folder. */
export function startBot(options: BotOptions): ChildProcess {
  const { root, apiUrl, token, toolsetRoot, dataDir, env = {} } = options;
  const log = openSync(join(dataDir, 'bot.log'), 'w');
  return spawn(process.execPath, [join(root, 'dist/tuner-bot.js')], {
    cwd: root,
    // A group of its own: Ctrl-C reaches the sandbox, which ends the bot in order.
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...process.env,
      DISCORD_TOKEN: token,
      DISCORD_API_URL: apiUrl,
      TOOLSET_ROOT: toolsetRoot,
      TUNER_BOT_CONFIG: options.config ?? join(root, 'configs/sandbox.yaml'),
      TUNER_BOT_DATA_DIR: dataDir,
      ...env,
    },
  });
}

/** The last lines of the bot's log, for when it ended unasked. */
export async function lastLines(dataDir: string, count: number): Promise<string> {
  const file = await open(join(dataDir, 'bot.log'));
  try {
    return (await file.readFile('utf8')).trimEnd().split('\n').slice(-count).join('\n');
  } finally {
    await file.close();
  }
}

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createLive } from './control/live.js';
import { createControl } from './control/serve.js';
import { startSandbox, type Sandbox } from './discord/server.js';
import { startHub } from './hub/server.js';
import { lastLines, startBot } from './launch/bot-process.js';
import { defaultPort } from './launch/default-port.js';
import { endJobs } from './launch/end-jobs.js';
import { hubEnvironment } from './launch/hub-environment.js';
import { makeToolset } from './launch/make-toolset.js';
import { projectRoot as root } from './launch/project-root.js';
import { gpuEnvironment } from './launch/stand-in-gpu.js';
import { createPage } from './web/serve-page.js';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: String(defaultPort) },
    layout: { type: 'string', default: '2026' },
    data: { type: 'string' },
    // Shows what a host without a card says.
    'no-gpu': { type: 'boolean', default: false },
  },
});

const dataDir = options.data ?? join(root, 'data/sandbox');
mkdirSync(dataDir, { recursive: true });
const toolsetRoot = join(dataDir, 'toolset');
makeToolset(root, toolsetRoot, options.layout);

const sandbox = await start(Number(options.port));
const hub = await startHub({ now: sandbox.world.clock.now });
for (const extension of [createControl(sandbox, hub), createLive(sandbox, hub), createPage()])
  sandbox.extend(extension);
const bot = startBot({
  root,
  apiUrl: sandbox.apiUrl,
  token: sandbox.world.token,
  toolsetRoot,
  dataDir,
  env: { ...hubEnvironment(hub), ...gpuEnvironment(root, dataDir, !options['no-gpu']) },
});

let ending = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    // Ctrl-C may arrive more than once, from the terminal and from npm.
    if (!ending) void end(0);
  });
}
bot.on('exit', (code) => {
  if (ending) return;
  void lastLines(dataDir, 15).then((lines) => {
    console.error(`The bot ended (${code ?? 'killed'}). The end of its log:\n${lines}`);
    return end(1);
  });
});
sandbox.world.watch((event) => {
  if (event.type === 'commands') sayWhereToLook();
});

async function end(code: number): Promise<void> {
  ending = true;
  console.log('\nStopping the bot and what it runs …');
  if (bot.exitCode === null && bot.signalCode === null) {
    const gone = new Promise((resolve) => bot.once('exit', resolve));
    bot.kill('SIGTERM');
    await gone;
  }
  const ended = await endJobs(join(dataDir, 'jobs'));
  if (ended > 0) console.log(`Stopped ${ended} training${ended === 1 ? '' : 's'}.`);
  await Promise.all([sandbox.stop(), hub.stop()]);
  process.exit(code);
}

async function start(port: number): Promise<Sandbox> {
  try {
    return await startSandbox({ port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    console.error(
      `Port ${port} is taken: another sandbox runs, or use npm run sandbox -- --port ${port + 1}`,
    );
    return process.exit(1);
  }
}

function sayWhereToLook(): void {
  console.log(`
The sandbox runs: stand-ins for Discord and the Hub, the bot, and a toolset in miniature. Open it in a browser:

  ${sandbox.origin}/

Or drive it from a second terminal:

  npm run sandbox:cli -- say /train platform:rtx method:kto
  npm run sandbox:cli -- press Start
  npm run sandbox:cli -- show

The bot's log: ${join(dataDir, 'bot.log')}
Ctrl-C ends all of it.`);
}

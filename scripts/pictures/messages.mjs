// Every message of the golden tests, drawn by the sandbox's page as on a phone 390 px wide: docs/pictures/messages/*.png
// and docs/messages.md. The tests hand over the messages themselves, so that a new one is here without further ado.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser, settle } from './browser.mjs';
import { sections } from './captions.mjs';
import { shrink } from './shrink.mjs';

const folder = 'docs/pictures/messages';
/** Messages at their limits are long: half as sharp. */
const limits = /extreme|nasty/;
/** 2025-11-22 14:40:05 UTC: when the tests look at what goes on. */
const meanwhile = Date.UTC(2025, 10, 22, 14, 40, 5);
/** An hour after what is over ended. */
const afterwards = Date.UTC(2025, 10, 22, 16, 31);
const over = /succeeded|failed|cancelled|lost|late|-over$|stopped|audit|jobs-list|jobs-show-upload|gave-up/;
const people = [
  ['100000000000000901', 'anna', 'Anna'],
  ['100000000000000902', 'bert', 'Bert'],
];
/** Ids of the tests, and what stands for them in the sandbox: some mean others there. */
const ids = [
  ['100000000000000001', '100000000000000901'],
  ['100000000000000002', '100000000000000902'],
  ['300000000000000001', '100000000000000020'],
  ['/channels/1/2/3', '/channels/100000000000000010/100000000000000020/3'],
];

export async function takeMessagePictures() {
  const messages = collectMessages();
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let now = meanwhile;
  const { sandbox, hub, channelId } = await startPage(() => now);
  const { createChartRenderer } = await import('../../dist/src/services/charts/chart-renderer.js');
  const charts = createChartRenderer({ log: console });
  const browser = await startBrowser();
  try {
    const page = await openPhone(browser, sandbox.origin);
    for (const [name, message] of messages) {
      const input = await inputOf(message, charts, name);
      now = over.test(name) ? afterwards : meanwhile;
      await page.clock.setFixedTime(now);
      const { id } = sandbox.messages.create(channelId, input);
      const article = page.locator(`#message-${id}`);
      await article.waitFor();
      await settle(page);
      writeFileSync(
        join(folder, `${name}.png`),
        await shrink(await article.screenshot({ scale: limits.test(name) ? 'css' : 'device' })),
      );
      sandbox.messages.remove(channelId, id);
      await article.waitFor({ state: 'detached' });
    }
  } finally {
    await browser.close();
    await Promise.all([charts.stop(), sandbox.stop(), hub.stop()]);
  }
  writeFileSync('docs/messages.md', describeMessages([...messages.keys()]));
}

/** By name, as the golden tests made them. */
function collectMessages() {
  const dir = mkdtempSync(join(tmpdir(), 'gallery-'));
  try {
    const { status, stdout } = spawnSync('npx', ['vitest', 'run', 'test/unit/views'], {
      encoding: 'utf8',
      env: { ...process.env, TUNER_BOT_GALLERY: dir },
    });
    if (status !== 0) throw new Error(`The golden tests failed.\n${stdout}`);
    return new Map(
      readdirSync(dir)
        .sort()
        .map((file) => [file.replace('.json', ''), readMessage(join(dir, file))]),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function readMessage(file) {
  let text = readFileSync(file, 'utf8');
  for (const [from, to] of ids) text = text.replaceAll(from, to);
  return JSON.parse(text);
}

/** A sandbox without a bot, at the time of the tests and with their people. */
async function startPage(now) {
  const [{ startSandbox }, { startHub }, { createControl }, { createLive }, { createPage }, seed] =
    await Promise.all([
      import('../../dist/sandbox/discord/server.js'),
      import('../../dist/sandbox/hub/server.js'),
      import('../../dist/sandbox/control/serve.js'),
      import('../../dist/sandbox/control/live.js'),
      import('../../dist/sandbox/web/serve-page.js'),
      import('../../dist/sandbox/discord/seed.js'),
    ]);
  const sandbox = await startSandbox({ now });
  const hub = await startHub();
  for (const [id, username, globalName] of people) {
    const user = { id, username, globalName, bot: false, closedDirectMessages: false };
    sandbox.world.members.set(id, { user, roles: new Set() });
  }
  for (const extension of [createControl(sandbox, hub), createLive(sandbox, hub), createPage()])
    sandbox.extend(extension);
  return { sandbox, hub, channelId: seed.ids.channels.training };
}

/** Tall enough for the longest message: the channel scrolls, and what is out of sight is not in the picture. */
async function openPhone(browser, origin) {
  const context = await browser.newContext({
    viewport: { width: 390, height: 4000 },
    // Sharp enough for letters, and half the bytes of 2.
    deviceScaleFactor: 1.4,
    timezoneId: 'UTC',
    locale: 'en-GB',
  });
  const page = await context.newPage();
  await page.goto(origin);
  await page.locator('#channels button').first().waitFor();
  return page;
}

async function inputOf({ content, embeds, components, files, mention }, charts, name) {
  const uploads = [];
  for (const [key, { name: filename, data, chart }] of files.entries()) {
    if (!chart && filename.endsWith('.png')) console.warn(`${name}: nobody draws its ${filename}.`);
    const bytes = chart ? await charts.render(chart) : Buffer.from(data, 'base64');
    const contentType = filename.endsWith('.png') ? 'image/png' : 'text/plain';
    uploads.push({ key, filename, contentType, data: bytes });
  }
  const attachments = files.map(({ name: filename, description }, id) => ({ id, filename, description }));
  return {
    body: { content, embeds, components, attachments, allowed_mentions: { users: mention ?? [] } },
    uploads,
  };
}

/** The page of docs that shows them all. */
export function describeMessages(names) {
  const left = new Set(names);
  const parts = sections.map(([heading, captions]) => {
    const shown = Object.entries(captions).filter(([name]) => left.delete(name));
    return shown.length === 0 ? '' : `## ${heading}\n\n${shown.map(pictureOf).join('\n\n')}\n`;
  });
  if (left.size > 0) {
    console.warn(`Without a line in captions.mjs: ${[...left].join(', ')}`);
    const rest = [...left].map((name) => pictureOf([name, name.replaceAll('-', ' ')]));
    parts.push(`## Others\n\n${rest.join('\n\n')}\n`);
  }
  return `# Every message, as a phone shows it\n\nAll messages of the bot in every state, 390 px wide, drawn by the sandbox's page from what the golden tests hold;\n\`npm run pictures\` makes them anew.\n\n${parts.filter(Boolean).join('\n')}`;
}

function pictureOf([name, caption]) {
  return `${caption}\n\n<img src="pictures/messages/${name}.png" width="390" alt="${name.replaceAll('-', ' ')}">`;
}

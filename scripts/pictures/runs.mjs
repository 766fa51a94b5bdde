// The README's pictures: real trainings in the sandbox, from the plan to the end, in a wide window and as on a phone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowser, settle } from './browser.mjs';
import { shrink } from './shrink.mjs';

const folder = 'docs/pictures';
// Tall enough for a whole message.
const views = [
  ['wide', { viewport: { width: 680, height: 1600 } }],
  ['phone', { viewport: { width: 390, height: 1600 }, deviceScaleFactor: 2 }],
];
const seconds = 1000;

export async function takeRunPictures() {
  mkdirSync(folder, { recursive: true });
  const browser = await startBrowser();
  try {
    for (const [name, options] of views) {
      await inSandbox(async (address) => {
        const page = await browser.newPage({ ...options, colorScheme: 'dark' });
        await page.goto(address);
        await takePictures(page, name);
        await page.close();
      });
    }
  } finally {
    await browser.close();
  }
}

/** A sandbox of its own, gone afterwards with all that it made. */
async function inSandbox(use) {
  const data = mkdtempSync(join(tmpdir(), 'sandbox-'));
  const sandbox = spawn(process.execPath, ['dist/sandbox/main.js', '--port', '0', '--data', data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // Slow enough that there is something to see in mid-run and while bytes go to the Hub.
    env: { ...process.env, MINI_STEP_SECONDS: '0.8', MINI_UPLOAD_RATE: '1500' },
  });
  const ended = once(sandbox, 'exit');
  try {
    await use(await addressOf(sandbox.stdout));
  } finally {
    sandbox.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  }
}

/** The address that the sandbox prints when the bot is there. Goes on reading, so that it can print more. */
function addressOf(output) {
  return new Promise((resolve, reject) => {
    let text = '';
    output.setEncoding('utf8').on('data', (piece) => {
      text += piece;
      const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(text)?.[0];
      if (address) resolve(address);
    });
    output.on('end', () => reject(new Error('The sandbox did not start.')));
  });
}

/** One training from the plan to the end, what is told of it afterwards, and one that goes wrong. */
async function takePictures(page, view) {
  const articles = page.getByRole('article');
  const take = async (what, article = articles.last()) => {
    await settle(page);
    writeFileSync(join(folder, `${what}-${view}.png`), await shrink(await article.screenshot()));
  };
  const start = async (command) => {
    await say(page, command);
    await articles.last().getByRole('button', { name: 'Start', exact: true }).waitFor();
  };
  const press = (name) => articles.last().getByRole('button', { name, exact: true }).click();

  await start('/train platform:rtx method:kto');
  await take('plan');
  await press('Start');
  await articles
    .last()
    .getByText(/Step 4\d of/)
    .waitFor({ timeout: 90 * seconds });
  await take('running');
  await articles
    .last()
    .getByText('pings Tom')
    .waitFor({ timeout: 90 * seconds });
  await take('finished');
  if (view === 'wide') await takeWindow(page, 'sandbox');

  await say(page, '/runs');
  await take('runs');
  await complete(page, '/checkpoints run:');
  await take('checkpoints');
  await say(page, '/jobs list');
  await take('jobs');

  await upload(page, view, take);
  await say(page, '/gpu');
  await take('gpu');

  // A rate at which KL stays above 1 for the first time after there are checkpoints.
  await start('/train platform:rtx method:kto learning_rate:3e-5');
  const alarms = articles.filter({ hasText: 'Ignore this' });
  const alarm = alarms.nth(await alarms.count());
  await press('Start');
  await alarm.getByText('pings Tom').waitFor({ timeout: 90 * seconds });
  await take('alarm', alarm);
  await alarm.getByRole('button', { name: 'Stop', exact: true }).click();
  await articles
    .last()
    .getByText(/cancelled|failed|succeeded/)
    .first()
    .waitFor({ timeout: 90 * seconds });
}

/** The newest run to the stand-in Hub: the confirmation, on its way, and there; then one that is refused. */
async function upload(page, view, take) {
  const articles = page.getByRole('article');
  const plan = async (name) => {
    const count = await articles.count();
    await complete(page, '/upload run:', `checkpoint:final repo:tess/${name} save_method:lora gguf:False`);
    const asked = articles.filter({ hasText: `Upload to tess/${name}` }).last();
    await asked.getByRole('button', { name: 'Upload', exact: true }).waitFor();
    return { count, asked };
  };
  const { asked } = await plan(`mini-kto-${view}`);
  await take('upload-plan', asked);
  await asked.getByRole('button', { name: 'Upload', exact: true }).click();
  const pushing = page.getByRole('heading', { name: /Uploading · pushing [1-9]\d %/ });
  const live = articles.filter({ has: pushing }).last();
  await live.waitFor({ timeout: 60 * seconds });
  await take('uploading', live);
  const told = articles.filter({ hasText: 'pings Tom' }).filter({ hasText: 'Verified on the Hub' });
  await told.last().waitFor({ timeout: 60 * seconds });
  await take('uploaded', told.last());
  if (view === 'wide') {
    await page.locator('#hub > summary').click();
    await page.locator('#hub .repos summary').last().click();
    await takeWindow(page, 'hub');
    await page.locator('#hub > summary').click();
  }
  const refused = await plan(`refused-${view}`);
  await trouble(page, { token: 'read' });
  await refused.asked.getByRole('button', { name: 'Upload', exact: true }).click();
  const failed = articles.filter({ hasText: 'pings Tom' }).filter({ hasText: 'Failed' }).last();
  await failed.waitFor({ timeout: 60 * seconds });
  await take('upload-failed', failed);
  await trouble(page, { token: 'write' });
}

/** What the page's panel of the Hub sends. */
async function trouble(page, body) {
  await page.evaluate(async (sent) => {
    const headers = { 'Content-Type': 'application/json' };
    await fetch('/sandbox/hub', { method: 'POST', headers, body: JSON.stringify(sent) });
  }, body);
}

/** The whole page, as somebody sees it who opens it for the first time. */
async function takeWindow(page, name) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1100, height: 1060 });
  await settle(page);
  writeFileSync(join(folder, `${name}.png`), await shrink(await page.screenshot()));
  await page.setViewportSize(size);
}

async function say(page, text) {
  const count = await page.getByRole('article').count();
  await page.getByRole('combobox', { name: /^Message/ }).fill(text);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await answered(page, count);
}

/** Sends a command whose option the bot completes, with the first that it offers and the rest of its options. */
async function complete(page, text, rest = '') {
  const count = await page.getByRole('article').count();
  const box = page.getByRole('combobox', { name: /^Message/ });
  await box.click();
  await box.fill(text);
  await page.locator('#suggestions').getByRole('option').first().click();
  await page.keyboard.type(rest);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
  await answered(page, count);
}

/** The answer is there in full, not just that the bot thinks. */
async function answered(page, count) {
  await page.getByRole('article').nth(count).locator('discord-embed').first().waitFor();
}

// `npm run pictures`: makes the README's pictures from a real run in the sandbox, so that they are never out of date.
// Needs Chromium and a font with emoji (Debian: apt-get install chromium fonts-noto-color-emoji).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
const folder = 'docs/pictures';
// Tall enough for a whole message.
const views = [
  ['wide', { viewport: { width: 680, height: 1400 } }],
  ['phone', { viewport: { width: 390, height: 1400 }, deviceScaleFactor: 2 }],
];
const executablePath = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path),
);
if (!executablePath) throw new Error('No Chromium: apt-get install chromium, or name one in CHROMIUM.');
if (spawnSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' }).status !== 0) process.exit(1);
mkdirSync(folder, { recursive: true });

const data = mkdtempSync(join(tmpdir(), 'sandbox-'));
const sandbox = spawn(process.execPath, ['dist/sandbox/main.js', '--port', '0', '--data', data], {
  stdio: ['ignore', 'pipe', 'inherit'],
  // Slow enough that the chart has something to show in mid-run.
  env: { ...process.env, MINI_STEP_SECONDS: '0.8' },
});
const ended = once(sandbox, 'exit');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
try {
  const address = await addressOf(sandbox.stdout);
  for (const [name, options] of views) await takePictures(address, name, options);
} finally {
  await browser.close();
  sandbox.kill('SIGTERM');
  await ended;
  rmSync(data, { recursive: true, force: true });
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

/** One training from the plan to the end, in one size of window. */
async function takePictures(address, name, options) {
  const page = await browser.newPage({ ...options, colorScheme: 'dark' });
  await page.goto(address);
  await page.getByRole('button', { name: '/train platform:rtx method:kto' }).click();
  await page.keyboard.press('Enter');
  const start = page.getByRole('button', { name: 'Start', exact: true }).last();
  await start.waitFor();
  const last = page.getByRole('article').last();
  const take = async (what) => {
    await settle(page);
    await last.screenshot({ path: join(folder, `${what}-${name}.png`) });
  };
  await take('plan');
  await start.click();
  await last.getByText(/Step 4\d of/).waitFor({ timeout: 90_000 });
  await take('running');
  await last.getByText('pings Tom').waitFor({ timeout: 90_000 });
  await take('finished');
  if (name === 'wide') {
    await page.setViewportSize({ width: 1100, height: 900 });
    await page.screenshot({ path: join(folder, 'sandbox.png') });
  }
  await page.close();
}

/** Every picture on the screen is there, and the focus is not in the way. */
async function settle(page) {
  await page.evaluate(async () => {
    document.activeElement?.blur();
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  });
}

import { existsSync } from 'node:fs';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';
import { createControl } from '../../sandbox/control/serve.js';
import { createLive } from '../../sandbox/control/live.js';
import { createPage } from '../../sandbox/web/serve-page.js';
import { makeHub, type RunningHub } from '../helpers/hub.js';
import { makeSandbox, type Sandbox } from '../helpers/sandbox.js';

const places = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser of this machine; undefined where there is none. */
export const browserPath: string | undefined = places.find((path) => path !== undefined && existsSync(path));

if (browserPath === undefined) {
  console.warn(
    'The browser tests are skipped: no Chromium was found. To run them: apt-get install chromium, or name one in CHROMIUM.',
  );
}

export function startBrowser(): Promise<Browser> {
  if (browserPath === undefined) throw new Error('No Chromium was found.');
  // Containers run as root, and their /dev/shm is small.
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export const wide = { width: 1280, height: 900 };
export const phone = { width: 390, height: 844 };

/** A sandbox with its page, which shows this Hub. */
export async function makePage(hub?: RunningHub): Promise<Sandbox> {
  const sandbox = await makeSandbox();
  hub ??= await makeHub();
  for (const extension of [createControl(sandbox, hub), createLive(sandbox, hub), createPage()])
    sandbox.extend(extension);
  return sandbox;
}

export interface Opened {
  readonly page: Page;
  /** What the browser complained about: scripts refused, errors thrown. */
  readonly complaints: string[];
}

/** The page in a fresh browser profile, its messages there. */
export async function open(browser: Browser, { origin }: Sandbox, viewport = wide): Promise<Opened> {
  const context = await browser.newContext({ viewport });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(origin);
  await page.locator('#channels button').first().waitFor();
  return { page, complaints };
}

export function boxOf(page: Page): Locator {
  return page.getByRole('combobox', { name: /^Message/ });
}

/** Types a command with the keyboard and sends it. */
export async function type(page: Page, text: string): Promise<void> {
  const box = boxOf(page);
  await box.click();
  await box.fill(text);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Enter');
}

// The browser of this machine, and what every picture needs before it is taken.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const places = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Throws where there is no Chromium. */
export function startBrowser() {
  const executablePath = places.find((path) => path && existsSync(path));
  if (!executablePath) throw new Error('No Chromium: apt-get install chromium, or name one in CHROMIUM.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** Every picture on the screen is there, and the focus is not in the way. */
export async function settle(page) {
  await page.evaluate(async () => {
    document.activeElement?.blur();
    for (const image of document.images) image.loading = 'eager';
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
    await document.fonts.ready;
  });
}

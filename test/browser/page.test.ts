import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browserPath, makePage, open, phone, startBrowser, type, wide } from './browser.js';
import { hostile, startSmallBot } from './small-bot.js';

describe.skipIf(browserPath === undefined)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  test.each([
    ['wide', wide],
    ['phone', phone],
  ] as const)('draws everything, %s', async (name, viewport) => {
    const sandbox = await makePage();
    await startSmallBot(sandbox);
    const { page, complaints } = await open(browser, sandbox, viewport);
    await type(page, '/show kind:all');
    const message = page.getByRole('article');
    await message.getByText('Look,').waitFor();
    expect((await message.textContent())?.split(hostile)).toHaveLength(4);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await message.locator('discord-time').textContent()).toMatch(/^in (1 hour|59 minutes)$/);
    expect(await message.locator('discord-mention').first().textContent()).toBe('Tom');
    expect(await message.getByText('pings Tom').count()).toBe(1);
    expect(await message.locator('small').textContent()).toBe('small print, 5 * 3');
    expect(await message.locator('li').allTextContents()).toContain('second');
    expect(await message.getByAltText('A chart').evaluate((img: HTMLImageElement) => img.src)).toContain(
      '/attachments/',
    );
    expect(await message.getByRole('button', { name: 'Off' }).isDisabled()).toBe(true);
    expect(await message.getByRole('link', { name: 'Link' }).getAttribute('href')).toBe(
      'https://example.com/',
    );
    await page.screenshot({ path: `/tmp/hb/all-${name}.png` });
    await message.getByRole('button', { name: 'Edit' }).click();
    await message.getByText('It was edited.').waitFor();
    await message.getByText('(edited)').waitFor();
    expect(complaints).toEqual([]);
  });
});

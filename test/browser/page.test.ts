import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids, messagesIn, type Message, type Sandbox } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';
import { boxOf, browserPath, makePage, open, phone, startBrowser, type, wide } from './browser.js';
import { hostile, startSmallBot } from './small-bot.js';

const large = readFileSync('docs/pictures/sandbox.png');

describe.skipIf(browserPath === undefined)('the page in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function start(viewport = wide) {
    const sandbox = await makePage();
    await startSmallBot(sandbox);
    return { sandbox, ...(await open(browser, sandbox, viewport)) };
  }

  test.each([
    ['wide', wide],
    ['phone', phone],
  ] as const)('draws everything, %s', async (_name, viewport) => {
    const { page, complaints } = await start(viewport);
    await type(page, '/show kind:all');
    const message = page.getByRole('article');
    await message.getByText('Look,').waitFor();
    // As text, in all three places; neither the script nor the picture's handler ran.
    expect((await message.textContent())?.split(hostile)).toHaveLength(4);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await message.locator('discord-time').textContent()).toMatch(/^in (?:1 hour|59 minutes)$/);
    expect(await message.locator('discord-mention').first().textContent()).toBe('Tom');
    expect(await message.getByText('pings Tom').count()).toBe(1);
    expect(await message.locator('small.block').textContent()).toBe('small print, 5 * 3');
    expect(await message.locator('em').textContent()).toBe('second');
    const picture = message.getByAltText('A chart');
    expect(
      await picture.evaluate((img: { complete: boolean; naturalWidth: number }) => img.naturalWidth),
    ).toBe(1);
    expect(await message.getByRole('button', { name: 'Off' }).isDisabled()).toBe(true);
    expect(await message.getByRole('link', { name: 'Link' }).getAttribute('href')).toBe(
      'https://example.com/',
    );
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    await message.getByRole('button', { name: 'Edit' }).click();
    await message.getByText('It was edited.').waitFor();
    await message.getByText('(edited)').waitFor();
    expect(complaints).toEqual([]);
  });

  test('offers commands, options, choices and completions to the keyboard', async () => {
    const { page, sandbox } = await start();
    const options = page.locator('#suggestions').getByRole('option');
    await boxOf(page).click();
    await page.keyboard.type('/');
    await options.first().waitFor();
    expect(await options.locator('.name').allTextContents()).toEqual(['/show', '/jobs list', '/silence']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await options.getByText('required', { exact: true }).waitFor();
    expect(await options.locator('.name').allTextContents()).toEqual(['kind', 'count', 'person', 'dataset']);
    expect(await options.nth(1).textContent()).toContain('whole number, 1 to 9');
    await page.keyboard.press('Tab');
    await options.getByText('secret').waitFor();
    await page.keyboard.type('sec');
    await waitFor(async () => (await options.count()) === 1);
    await page.keyboard.press('Enter');
    await page.keyboard.type('dataset:va');
    await options.getByText('vault.jsonl (12 rows)').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.type('person:ve');
    await options.getByText('Vera').waitFor();
    await page.keyboard.press('Enter');
    expect(await boxOf(page).inputValue()).toBe('/show kind:secret dataset:vault.jsonl person:@vera ');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByText('Between us.').waitFor();
    expect(messagesIn(sandbox).map(({ content }) => content)).toEqual(['Between us.']);
  });

  test('refuses what the client of Discord refuses, and leaves it there to be mended', async () => {
    const { page, sandbox } = await start();
    await type(page, '/show');
    await page.getByRole('alert').getByText('/show needs kind.').waitFor();
    expect(await boxOf(page).inputValue()).toBe('/show');
    await type(page, '/show kind:all count:20');
    await page.getByRole('alert').getByText('count must be between 1 and 9.').waitFor();
    await type(page, '/nothing');
    await page.getByRole('alert').getByText('There is no command /nothing.').waitFor();
    expect(messagesIn(sandbox)).toEqual([]);
  });

  test('shows an ephemeral reply to its reader alone, also after a reload', async () => {
    const { page, sandbox } = await start();
    const other = await open(browser, sandbox);
    await other.page.getByLabel('You are').selectOption('vera');
    await type(page, '/show kind:secret');
    await page.getByText('Only you can see this').waitFor();
    await page.reload();
    await page.getByText('Between us.').waitFor();
    await type(page, '/jobs list');
    // Told after the secret one, so that would be there by now.
    await other.page.getByText('No jobs.').waitFor();
    expect(await other.page.getByText('Between us.').count()).toBe(0);
    await page.getByLabel('You are').selectOption('vera');
    await waitFor(async () => (await page.getByText('Between us.').count()) === 0);
    expect(await page.getByText('No jobs.').count()).toBe(1);
  });

  test('a modal: what is too short is refused, then it is sent by keys alone', async () => {
    const { page } = await start();
    await type(page, '/show kind:all');
    await page.getByRole('button', { name: 'Ask' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Name it' });
    await dialog.getByLabel('Name *').waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByText('Name is required.').waitFor();
    await page.keyboard.type('ab');
    await page.keyboard.press('Enter');
    await dialog.getByText('Name must have 3 characters at least.').waitFor();
    await page.keyboard.type('c');
    await page.keyboard.press('Enter');
    await page.getByText('Named: abc').waitFor();
    expect(await dialog.count()).toBe(0);
  });

  test('a select menu by keys', async () => {
    const { page } = await start();
    await type(page, '/show kind:all');
    await page.getByRole('button', { name: 'Choose a method' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByText('Chosen: sft').waitFor();
  });

  test('says when the application did not respond, and when the bot is gone', async () => {
    const { page, sandbox } = await start();
    await type(page, '/silence');
    await page.getByText('The application did not respond').waitFor();
    sandbox.faults.refuseGateway(60_000);
    sandbox.gateway.cut();
    await page.getByText('The bot is offline').waitFor();
    sandbox.faults.clear();
    await waitFor(() => sandbox.gateway.connected);
    await waitFor(async () => (await page.getByRole('status').first().textContent()) === '');
  });

  test('shows pins, and a thread below the message that it hangs on', async () => {
    const sandbox = await makePage();
    const bot = await startSmallBot(sandbox);
    const { page } = await open(browser, sandbox, phone);
    const channel = await bot.channels.fetch(ids.channels.training);
    if (!channel?.isSendable()) throw new Error('The bot may not write there.');
    const message = await channel.send('hold on to this');
    await message.pin();
    await page.getByRole('article').getByText('pinned').waitFor();
    const thread = await message.startThread({ name: 'the details' });
    await thread.send('inside the thread');
    await page.getByRole('article').getByRole('button', { name: 'the details' }).click();
    await page.getByText('inside the thread').waitFor();
    expect(await page.getByText('hold on to this').count()).toBe(0);
    await page.reload();
    await page.getByText('inside the thread').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'training' }).click();
    await page.getByText('hold on to this').waitFor();
    await message.unpin();
    await waitFor(async () => (await page.getByText('pinned').count()) === 0);
  });

  test('ages messages, and counts their times anew', async () => {
    const { page } = await start();
    await type(page, '/show kind:all');
    await page.locator('discord-time').waitFor();
    await page.getByText('Make trouble').click();
    await page.getByRole('button', { name: 'Age all messages by an hour' }).click();
    await waitFor(async () => /ago|now/.test((await page.locator('discord-time').textContent()) ?? ''));
  });

  test('stays responsive with 500 messages with pictures', async () => {
    const { page, sandbox } = await start();
    await type(page, '/show kind:all');
    const message = await waitFor(() => messagesIn(sandbox)[0]);
    for (let count = 1; count < 500; count += 1) {
      sandbox.messages.place({ ...message, id: sandbox.world.nextId(), attachments: [picture(sandbox)] });
    }
    await waitFor(async () => (await page.getByRole('article').count()) === 500);
    await page.reload();
    await waitFor(async () => (await page.getByRole('article').count()) === 500);
    const scroll = page.locator('#scroll');
    const frames = await scroll.evaluate(scrollThrough);
    await boxOf(page).click();
    const begin = performance.now();
    await page.keyboard.type('/show kind:all');
    const keyMs = (performance.now() - begin) / 14;
    console.info(
      `500 messages: worst frame ${frames.worst.toFixed(0)} ms, median ${frames.median.toFixed(0)} ms, a key ${keyMs.toFixed(0)} ms`,
    );
    expect(frames.median).toBeLessThan(60);
    expect(frames.worst).toBeLessThan(1000);
    expect(keyMs).toBeLessThan(100);
  }, 60_000);

  test('serves nothing to other sites, and no file but its own', async () => {
    const sandbox = await makePage();
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(`${sandbox.origin}${path}`, { headers });
    const page = await get('/');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/script-src 'self' 'sha256-[^']+';/);
    expect(policy).not.toMatch(/unsafe-eval|https?:|\*/);
    const picture = sandbox.messages.create(ids.channels.training, {
      body: {},
      uploads: [{ key: 0, filename: 'a.png', contentType: 'image/png', data: large }],
    });
    const attachment = `/attachments/${ids.channels.training}/${picture.attachments[0]?.id}/a.png`;
    expect((await get(attachment)).status).toBe(200);
    expect((await get(attachment, { Origin: 'http://evil.example' })).status).toBe(404);
    for (const path of ['/', '/page/main.js', `/sandbox/live?as=${ids.users.tom}`]) {
      expect((await get(path, { Origin: 'http://evil.example' })).status).toBe(403);
    }
    const wrong = [
      '/vendor/zod/index.js',
      '/page/..%2fmain.js',
      '/vendor/lit/../zod/index.js',
      '/page/feed.ts',
    ];
    for (const path of wrong) expect((await get(path)).status).toBe(404);
  });
});

/** A picture of 1100 × 900 px under an address of its own, so that none is found in a cache. */
function picture({ world }: Sandbox): Message['attachments'][number] {
  const [filename, contentType] = ['chart.png', 'image/png'];
  const size = { width: 1100, height: 900 };
  return { id: world.nextId(), filename, contentType, description: 'A chart', data: large, ...size };
}

/** In the browser: 60 steps from the top to the end; how long frames took, ms. */
async function scrollThrough(place: {
  scrollTop: number;
  scrollHeight: number;
}): Promise<{ worst: number; median: number }> {
  const frame = () =>
    new Promise<number>((resolve) => Reflect.get(globalThis, 'requestAnimationFrame')(resolve));
  const times: number[] = [];
  let last = await frame();
  for (let step = 0; step <= 60; step += 1) {
    place.scrollTop = (place.scrollHeight * step) / 60;
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  times.sort((a, b) => a - b);
  return { worst: times.at(-1) ?? 0, median: times[30] ?? 0 };
}

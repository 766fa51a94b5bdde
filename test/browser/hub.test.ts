import { randomBytes } from 'node:crypto';
import { createRepo, whoAmI } from '@huggingface/hub';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botToken } from '../../sandbox/hub/seed.js';
import { push, repo, statusOf, upload } from '../helpers/hub-client.js';
import { makeHub, type RunningHub } from '../helpers/hub.js';
import { ids } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';
import { browserPath, makePage, open, phone, startBrowser, wide } from './browser.js';

describe.skipIf(browserPath === undefined)('the panel of the stand-in Hub', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function start(viewport = wide) {
    const hub = await makeHub();
    const sandbox = await makePage(hub);
    const opened = await open(browser, sandbox, viewport);
    await opened.page.locator('#hub > summary').click();
    return { hub, sandbox, ...opened, panel: opened.page.getByRole('group', { name: 'The stand-in Hub' }) };
  }

  const make = (hub: RunningHub) =>
    createRepo({ repo, private: true, accessToken: botToken, hubUrl: hub.url });

  test.each([
    ['wide', wide],
    ['phone', phone],
  ] as const)('shows what arrives while it does, and loses nothing on a reload, %s', async (_, viewport) => {
    const { hub, page, panel, complaints } = await start(viewport);
    await panel.getByText('No repository yet.').waitFor();
    await make(hub);
    await panel.getByText('model, private, 1 file').waitFor();
    hub.faults.add({ kind: 'slow', bytesPerSecond: 200_000, path: upload });
    const pushing = push(hub, { 'adapter.safetensors': randomBytes(150_000), '<b>.txt': 'x' }, botToken);
    await panel.getByText(/bytes of a large file: [\d.]+ kB of 150 kB/).waitFor();
    await pushing;
    await panel.getByText('model, private, 3 files').waitFor();
    for (const again of [false, true]) {
      if (again) {
        await page.reload();
        await page.locator('#hub > summary').click();
      }
      await panel.getByText(repo, { exact: true }).click();
      await panel.getByText('adapter.safetensors').waitFor();
      expect(await panel.getByText('<b>.txt').count()).toBe(1);
      expect(await panel.getByText(/Last of 2 commits: .*, by tess, Today at/).count()).toBe(1);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
    expect(complaints).toEqual([]);
  });

  test('changes what the bot’s token may, for everybody who looks', async () => {
    const { hub, sandbox, panel } = await start();
    const other = await open(browser, sandbox);
    await make(hub);
    await panel.getByLabel('The bot’s token').selectOption('read');
    await waitFor(() => hub.botToken.kind() === 'read');
    expect(await statusOf(push(hub, { 'a.txt': 'a' }, botToken))).toBe(403);
    await waitFor(async () => (await other.page.locator('#hub-token').inputValue()) === 'read');
    await panel.getByLabel('The bot’s token').selectOption('revoked');
    await waitFor(() => hub.botToken.kind() === 'revoked');
    expect(await statusOf(whoAmI({ accessToken: botToken, hubUrl: hub.url }))).toBe(401);
    await panel.getByLabel('The bot’s token').selectOption('write');
    await waitFor(() => hub.botToken.kind() === 'write');
    expect(await statusOf(push(hub, { 'a.txt': 'a' }, botToken))).toBe('done');
  });

  test.each([
    ['429: wait 3 s, five times', 429, '429 for 5 requests'],
    ['503, five times', 503, '503 for 5 requests'],
    ['Cut the next upload midway', expect.any(TypeError), 'cut for a request'],
    ['Lose the answer to a commit', expect.any(TypeError), 'lost for a request'],
    ['Away for 60 s', expect.any(TypeError), 'cut for all requests'],
  ] as const)('%s', async (label, expected, told) => {
    const { hub, panel } = await start();
    await make(hub);
    await panel.getByRole('button', { name: label }).focus();
    await panel.page().keyboard.press('Enter');
    await panel.getByRole('status').getByText(told).waitFor();
    expect(await statusOf(push(hub, { 'a.bin': randomBytes(200_000) }, botToken))).toEqual(expected);
    await panel.getByRole('button', { name: 'End all faults' }).click();
    await panel.getByText('No fault is on.').waitFor();
    expect(await statusOf(push(hub, { 'b.bin': randomBytes(200_000) }, botToken))).toBe('done');
  });

  test('a link of a message to a repository opens it in the panel', async () => {
    const { hub, sandbox, page } = await start();
    await make(hub);
    await page.keyboard.press('Escape');
    expect(await isOpen(page)).toBe(false);
    const content = `Uploaded: [the model](${hub.url}/${repo}/tree/main)`;
    sandbox.messages.create(ids.channels.training, { body: { content }, uploads: [] });
    const link = page.getByRole('link', { name: 'the model' });
    expect(await link.getAttribute('href')).toBe(`/#hub-${repo}`);
    await page.goto(`${sandbox.origin}/#hub-${repo}`);
    await waitFor(() => isOpen(page));
    await page.getByText('.gitattributes').waitFor();
  });
});

function isOpen(page: Page): Promise<boolean> {
  return page.locator('#hub').evaluate((details: { open: boolean }) => details.open);
}

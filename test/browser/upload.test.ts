import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hubEnvironment } from '../../sandbox/launch/hub-environment.js';
import { startApp } from '../helpers/app.js';
import { makeHub } from '../helpers/hub.js';
import { as, badAnswers, messagesIn } from '../helpers/sandbox.js';
import { fastTraining, makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';
import { boxOf, browserPath, makePage, open, phone, startBrowser, wide } from './browser.js';

describe.skipIf(browserPath === undefined)('an upload in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  /** A bot whose toolset holds one finished run. */
  async function start(viewport: typeof wide) {
    const hub = await makeHub();
    const sandbox = await makePage(hub);
    const toolset = await makeToolset({ layout: '2026' });
    await startApp({ sandbox, toolsetRoot: toolset.root, env: { ...fastTraining, ...hubEnvironment(hub) } });
    const opened = await open(browser, sandbox, viewport);
    const tom = as(sandbox, 'tom');
    await tom.command('/train platform:rtx method:kto');
    const plan = await waitFor(() => tom.messages().find((one) => one.components.length > 0));
    await tom.press(plan, 'Start');
    await opened.page.getByText('pings Tom').waitFor({ timeout: 30_000 });
    return { hub, sandbox, ...opened };
  }

  test.each([
    ['wide', wide],
    ['phone', phone],
  ] as const)(
    'is confirmed once, seen in the panel, and opened there, %s',
    async (_, viewport) => {
      const { hub, sandbox, page, complaints } = await start(viewport);
      const articles = page.getByRole('article');
      await boxOf(page).click();
      await page.keyboard.type('/upload run:');
      const options = page.locator('#suggestions').getByRole('option');
      await options.first().click();
      await page.keyboard.type('checkpoint:final repo:tess/mini save_method:lora gguf:False');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      const plan = articles.filter({ hasText: 'Upload to tess/mini' }).first();
      await plan.getByText('Ready').waitFor();
      // Nothing leaves the machine before somebody pressed.
      expect(hub.repos.list('model')).toEqual([]);
      await plan.getByRole('button', { name: 'Upload', exact: true }).click();
      const told = articles.filter({ hasText: 'pings Tom' }).filter({ hasText: 'Verified on the Hub' });
      await told.waitFor({ timeout: 30_000 });
      const link = told.getByRole('link', { name: 'Open on the Hub' });
      await page.goto(`${sandbox.origin}${await link.getAttribute('href')}`);
      const panel = page.getByRole('group', { name: 'The stand-in Hub' });
      await panel.getByText('adapter_model.safetensors').waitFor();
      await panel.getByText(/model, private/).waitFor();
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
      expect(badAnswers(sandbox)).toEqual([]);
      expect(complaints).toEqual([]);
    },
    60_000,
  );

  test('is refused by the Hub when its token may no longer write, and says so', async () => {
    const { hub, sandbox, page } = await start(wide);
    await as(sandbox, 'tom').command(
      `/upload run:${runIn(sandbox)} checkpoint:final repo:tess/mini save_method:lora gguf:False`,
    );
    const articles = page.getByRole('article');
    const plan = articles.filter({ hasText: 'Upload to tess/mini' }).first();
    await plan.getByText('Ready').waitFor();
    await page.locator('#hub > summary').click();
    await page.getByLabel('The bot’s token').selectOption('read');
    await waitFor(() => hub.botToken.kind() === 'read');
    await page.locator('#hub > summary').click();
    await plan.getByRole('button', { name: 'Upload', exact: true }).click();
    const told = articles.filter({ hasText: 'pings Tom' }).filter({ hasText: 'The Hub refused' });
    await told.waitFor({ timeout: 30_000 });
    expect(hub.repos.list('model')).toEqual([]);
  }, 60_000);
});

/** As the message of the finished job names its folder. */
function runIn(sandbox: Parameters<typeof messagesIn>[0]): string {
  const text = JSON.stringify(messagesIn(sandbox).map(({ embeds }) => embeds));
  return /\d{8}_\d{6}/.exec(text)?.[0] ?? '';
}

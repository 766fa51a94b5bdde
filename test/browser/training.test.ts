import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../helpers/app.js';
import { as, badAnswers, type Sandbox } from '../helpers/sandbox.js';
import { fastTraining, makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';
import { boxOf, browserPath, makePage, open, phone, startBrowser, wide } from './browser.js';

/** A file name that would be a picture with a handler if it were taken for HTML. */
const hostileName = '<img src=x onerror=hacked=1>.jsonl';

/** As runs are named: by date and time. */
const hasDigits = /\d{8}_\d{6}/;

describe.skipIf(browserPath === undefined)('the bot itself in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  async function start(viewport: typeof wide, stepSeconds: string) {
    const sandbox = await makePage();
    const toolset = await makeToolset({ layout: '2026', maxSteps: 12 });
    const datasets = join(toolset.root, 'Datasets');
    copyFileSync(join(datasets, 'vault_kto.jsonl'), join(datasets, hostileName));
    const env = { ...fastTraining, MINI_STEP_SECONDS: stepSeconds };
    await startApp({ sandbox, toolsetRoot: toolset.root, env });
    return { sandbox, ...(await open(browser, sandbox, viewport)) };
  }

  test('train, watch, finish, checkpoints: by clicks alone, wide', async () => {
    const { page, sandbox, complaints } = await start(wide, '0.2');
    await page.getByRole('button', { name: '/train platform:rtx method:kto' }).click();
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Ready to start').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await seeItThrough(page, sandbox);
    const options = page.locator('#suggestions').getByRole('option');
    await page.getByRole('button', { name: 'Commands' }).click();
    await options.getByText('/checkpoints', { exact: true }).click();
    await options.getByText('run', { exact: true }).click();
    await options.getByText(hasDigits).first().click();
    await page.getByRole('button', { name: 'Send' }).click();
    const shown = await seeCheckpoints(page);
    await shown.getByRole('button', { name: 'Resume from here' }).click();
    await shown.getByRole('option').first().click();
    await page
      .getByRole('article')
      .filter({ hasText: 'Resumes' })
      .last()
      .getByText('Start', { exact: true })
      .waitFor();
    expect(complaints).toEqual([]);
  }, 60_000);

  test('train, watch, finish, checkpoints: by keys alone, phone', async () => {
    const { page, sandbox, complaints } = await start(phone, '0.2');
    await pressTab(page, (label) => label.startsWith('Message'));
    await page.keyboard.type('/tr');
    await waitFor(async () => (await boxOf(page).getAttribute('aria-activedescendant')) !== null);
    await page.keyboard.press('Enter');
    await page.keyboard.type('platform:rtx method:kto dataset:<img');
    await page.locator('#suggestions').getByText(hostileName).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await page.getByText('Ready to start').waitFor();
    await page.getByRole('article').getByText(hostileName).first().waitFor();
    await pressTab(page, (label) => label === 'Start');
    await page.keyboard.press('Enter');
    await seeItThrough(page, sandbox);
    await pressTab(page, (label) => label.startsWith('Message'));
    await page.keyboard.type('/ch');
    await waitFor(async () => (await boxOf(page).getAttribute('aria-activedescendant')) !== null);
    await page.keyboard.press('Enter');
    await page.locator('#suggestions').getByRole('option').getByText('run', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('#suggestions').getByText(hasDigits).first().waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await seeCheckpoints(page);
    await pressTab(page, (label) => label.startsWith('Resume from here'));
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    const again = page.getByRole('article').filter({ hasText: 'Resumes' }).last();
    await again.getByText('Start', { exact: true }).waitFor();
    expect(await page.evaluate('window.hacked')).toBeUndefined();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('shows whoever may not train why, to them alone', async () => {
    const { page, sandbox } = await start(wide, '0');
    await page.getByLabel('You are').selectOption('vera');
    await page.getByRole('button', { name: '/train platform:rtx method:kto' }).click();
    await page.keyboard.press('Enter');
    await page.getByText('Only you can see this').waitFor();
    expect(as(sandbox, 'tom').messages()).toEqual([]);
  });

  /** The private answer to /checkpoints, its picture there. */
  async function seeCheckpoints(page: Page): Promise<Locator> {
    const shown = page.getByRole('article').filter({ hasText: 'Checkpoints' });
    await shown.getByText('Recommended:').waitFor();
    await shown.getByText('Only you can see this').waitFor();
    const chart = shown.locator('.picture img');
    await chart.scrollIntoViewIfNeeded();
    await waitFor(
      async () => (await chart.evaluate((img: { naturalWidth: number }) => img.naturalWidth)) === 800,
    );
    return shown;
  }

  /** From the press of Start to the notice, with a reload in mid-run. */
  async function seeItThrough(page: Page, sandbox: Sandbox): Promise<void> {
    const running = page.getByRole('article').filter({ hasText: 'Job 1' });
    await running
      .getByText(/Step \d+ of 12/)
      .first()
      .waitFor();
    await page.reload();
    await running
      .getByText(/Step \d+ of 12/)
      .first()
      .waitFor();
    await running.getByText('Ran').first().waitFor({ timeout: 25_000 });
    const notice = page.getByRole('article').filter({ hasText: 'pings Tom' });
    await notice.getByText('succeeded').waitFor();
    const chart = notice.locator('.picture img');
    await waitFor(
      async () => (await chart.evaluate((img: { naturalWidth: number }) => img.naturalWidth)) === 800,
    );
    expect(badAnswers(sandbox)).toEqual([]);
  }
});

/** Tabs on until something with such a label has the focus. */
async function pressTab(page: Page, fits: (label: string) => boolean): Promise<void> {
  for (let count = 0; count < 60; count += 1) {
    await page.keyboard.press('Tab');
    if (fits(await page.evaluate(focusedLabel))) return;
  }
  throw new Error('Tab does not lead there.');
}

/** In the browser: what has the focus calls itself, also inside a component. */
const focusedLabel = `(() => {
  const outer = document.activeElement;
  const inner = outer?.shadowRoot?.activeElement ?? outer;
  return inner?.getAttribute('aria-label') ?? outer?.textContent?.trim() ?? '';
})()`;

import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Person } from '../../sandbox/driver/driver.js';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import { startApp } from '../helpers/app.js';
import { as, badAnswers, findShown, ids, makeSandbox } from '../helpers/sandbox.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { writeToolset } from '../helpers/toolset-tree.js';
import { waitFor } from '../helpers/wait-for.js';

async function setUp(yaml: string) {
  const sandbox = await makeSandbox();
  const toolsetRoot = await makeTempDir();
  writeToolset(toolsetRoot, '2026');
  const { dataDir } = await startApp({
    sandbox,
    toolsetRoot,
    yaml,
    env: { HF_TOKEN: 'hf_abcdefghijklmnop' },
  });
  const audit = createAuditStore(openDatabase(join(dataDir, 'tuner-bot.db')));
  /** An entry is written right after its answer was sent. */
  const recorded = (count: number) => waitFor(() => audit.count() === count);
  return { sandbox, audit, recorded, person: (name: string): Person => as(sandbox, name) };
}

test('/audit shows an administrator what others did and were refused, and gives it as a file', async () => {
  const { sandbox, audit, recorded, person } = await setUp('limits: { plansOpen: 1 }');
  const [tess, oskar, ada] = [person('tess'), person('oskar'), person('ada')];
  await oskar.command('/audit');
  await waitFor(() => findShown(oskar, /the right `administer` is missing/));
  await tess.command('/train platform:rtx method:kto note:hf_abcdefghijklmnop');
  await waitFor(() => findShown(tess, /\[Cancel\]/));
  await tess.command('/train platform:rtx method:kto');
  await waitFor(() => findShown(tess, /You have 1 plan open/));
  await recorded(3);

  await ada.command('/audit');
  const page = await waitFor(() => findShown(ada, /Audit/));
  const shown = page.embeds[0]?.description ?? '';
  expect(shown.split('\n').map((line) => line.replace(/<t:\d+:R>/, 'then'))).toEqual([
    expect.stringMatching(
      `^⛔ then <@${ids.users.tess}> .*/train.* – refused: You have 1 plan open, and 1 at once`,
    ),
    `✅ then <@${ids.users.tess}> \`/train platform:rtx method:kto note:[hidden]\` – done`,
    expect.stringMatching(`^⛔ then <@${ids.users.oskar}> \`/audit\` – refused: .*administer`),
  ]);
  await recorded(4);
  await ada.press(page, 'Export');
  const file = await waitFor(() => findShown(ada, /4 entries of the audit/));
  expect(file.attachments[0]?.filename).toMatch(/^audit-.*\.jsonl$/);
  expect(badAnswers(sandbox)).toEqual([]);

  expect(audit.findFirstBroken()).toBeUndefined();
  expect(JSON.stringify(audit.list())).not.toContain('hf_abc');
});

test('commands a minute bind administrators too, and nothing is done beyond them', async () => {
  const { person, audit, recorded } = await setUp('limits: { commandsPerMinute: 2 }');
  const ada = person('ada');
  await ada.command('/audit');
  await ada.command('/audit');
  await ada.command('/audit');
  await waitFor(() => findShown(ada, /That was quick: 2 commands and presses a minute are allowed/));
  await recorded(3);
  expect(audit.list({ outcome: 'refused' })).toMatchObject([{ name: 'audit', userId: ids.users.ada }]);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sandbox } from '../../sandbox/discord/server.js';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import { hubTokens } from '../helpers/hub.js';
import { as, messagesIn, textOf } from '../helpers/sandbox.js';
import {
  endOf,
  jobMessage,
  planBy,
  planIn,
  startUploadApp,
  toldTo,
  trainKtoOnce,
} from '../helpers/upload-app.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainKtoOnce();
const token = hubTokens.write.value;

/** Every state in which a message was ever shown, with what was attached, as text. */
function watchMessages({ world }: Sandbox): string[] {
  const shown: string[] = [];
  world.watch((event) => {
    if (event.type !== 'message') return;
    shown.push(JSON.stringify(event.message));
    for (const { data } of event.message.attachments) shown.push(data.toString('latin1'));
  });
  return shown;
}

/** The command lines of all processes that may be looked at, now. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'latin1')];
      } catch {
        return [];
      }
    });
}

/** Reading of all processes holds the bot up, which runs in this one. */
const looking = { everyMs: 60, timeoutMs: 20_000 };

/** Files below a folder whose bytes hold the text. */
function filesWith(text: string, ...folders: readonly string[]): string[] {
  return folders
    .flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

test('the token is in no message, log line, database, command line or file', async () => {
  const { sandbox, hub, tom, running } = await startUploadApp(trained);
  const shown = watchMessages(sandbox);
  const seen = new Set<string>();
  const look = (): void => commandLines().forEach((line) => seen.add(line));
  // One upload that the Hub refuses, one that succeeds at its second try.
  hub.faults.add({ kind: 'status', status: 403, path: /first\/commit\//, count: 1 });
  hub.faults.add({ kind: 'status', status: 503, path: /other\/commit\//, count: 1 });
  const options = `run:${trained.run} checkpoint:final gguf:False save_method:merged_4bit`;
  for (const [index, repo] of ['first', 'other'].entries()) {
    const plan = await planBy(tom, sandbox, `${options} repo:${repo}`);
    let moved = false;
    await tom.press(plan, 'Show model card');
    await tom.press(plan, 'Upload');
    const live = await jobMessage(sandbox, index + 1);
    await waitFor(() => {
      look();
      if (/try 2 of 5/.test(textOf(live)) && !moved) sandbox.world.clock.advance(5 * 60_000);
      moved ||= /try 2 of 5/.test(textOf(live));
      return /Failed|Uploaded/.test(textOf(live));
    }, looking);
  }
  expect(await endOf(sandbox, 2)).toMatch(/uploaded/);
  await tom.command('/jobs show job:1');
  await toldTo(tom, /Details/);
  await tom.command('/jobs logs job:1');
  await tom.press(await toldTo(tom, /Last lines of job 1/), 'Whole output');
  await toldTo(tom, /Output of job 1/);
  // Typed by mistake, it is neither repeated nor kept.
  await tom.command(`/upload repo:${token}`);
  await toldTo(tom, /That is a token/);
  await waitFor(() =>
    createAuditStore(openDatabase(join(running.dataDir, 'tuner-bot.db')))
      .list()
      .some(({ input }) => JSON.stringify(input).includes('[hidden]')),
  );
  await running.stop();

  expect([...seen].some((line) => line.includes('upload_cli'))).toBe(true);
  expect([...seen].filter((line) => line.includes(token))).toEqual([]);
  expect(shown.length).toBeGreaterThan(20);
  expect(shown.filter((text) => text.includes(token))).toEqual([]);
  expect(running.log.filter((line) => JSON.stringify(line).includes(token))).toEqual([]);
  expect(filesWith(token, running.dataDir, trained.root)).toEqual([]);
  // It reached the Hub, in the header alone.
  expect(hub.arrived.length).toBeGreaterThan(10);
  expect(hub.arrived.filter(({ path }) => path.includes(token))).toEqual([]);
}, 60_000);

test('every command, press and form of an upload stands in the audit', async () => {
  const { sandbox, tom, running } = await startUploadApp(trained);
  await tom.command(`/upload run:${trained.run} checkpoint:final save_method:lora`);
  const wizard = await toldTo(tom, /4 of 6/);
  const { outcome } = await tom.press(wizard, 'Name the repository');
  if (outcome.kind !== 'modal') throw new Error(outcome.kind);
  await tom.submit({ modal: outcome.modal, message: wizard }, { repo: 'audited' });
  await tom.press(await toldTo(tom, /6 of 6/), 'Without GGUF');
  const plan = await planIn(sandbox);
  const vera = as(sandbox, 'vera');
  await vera.press(plan, 'Upload');
  await toldTo(vera, /`upload` is missing/);
  await tom.press(plan, 'Upload');
  await endOf(sandbox, 1);
  const audit = createAuditStore(openDatabase(join(running.dataDir, 'tuner-bot.db')));
  const told = audit
    .list()
    .toReversed()
    .filter(({ kind }) => kind !== 'state')
    .map(({ kind, name, outcome: came }) => `${kind} ${name} ${came}`);
  expect(told).toEqual([
    'command upload done',
    'press upload:name done',
    'modal upload:repo done',
    'press upload:gguf done',
    'press plan:start refused',
    'press plan:start done',
  ]);
  const states = audit.list().filter(({ kind, jobId }) => kind === 'state' && jobId === 1);
  expect(states.length).toBeGreaterThan(2);
  expect(messagesIn(sandbox).length).toBeGreaterThan(0);
});

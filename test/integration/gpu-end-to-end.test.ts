import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { startApp } from '../helpers/app.js';
import { as, badAnswers, findShown, makeSandbox, messagesIn, textOf } from '../helpers/sandbox.js';
import { makeStandInGpu } from '../helpers/stand-in-gpu.js';
import { makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

const cards = '0, GPU-a, 20600, 24576, 97, 71, 320.15, 350.00, NVIDIA GeForce RTX 3090';
const minute = 60_000;
const patience = { timeoutMs: 25_000 };

/** A child of the job's wrapper, as nvidia-smi would name it. */
function childOf(dataDir: string): number | undefined {
  const db = new Database(join(dataDir, 'tuner-bot.db'), { readonly: true });
  const row = db.prepare("SELECT state_json FROM jobs WHERE state = 'running'").pluck().get();
  db.close();
  if (typeof row !== 'string') return undefined;
  const { pid } = (JSON.parse(row) as { process: { pid: number } }).process;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]) || undefined;
}

async function open() {
  const gpu = await makeStandInGpu(cards);
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout: '2026', maxSteps: 400, saveSteps: 50 });
  const env = { ...gpu.env, MINI_STEP_SECONDS: '0.05', MINI_LOAD_SECONDS: '0' };
  const running = await startApp({ sandbox, toolsetRoot: toolset.root, env });
  const tess = as(sandbox, 'tess');
  await tess.command('/train platform:rtx method:kto');
  await tess.press(await waitFor(() => findShown(tess, /Ready to start/)), 'Start');
  return { gpu, sandbox, tess, ...running };
}

test('a card is shown by /gpu with the job on it, and in short in the job’s message', async () => {
  const { gpu, sandbox, tess, dataDir } = await open();
  const pid = await waitFor(() => childOf(dataDir), patience);
  gpu.put({ programs: `${pid}, /usr/bin/python3, 9216, GPU-a\n1, Xorg, 300, GPU-a` });
  await tess.command('/gpu');
  const shown = await waitFor(async () => {
    const found = findShown(tess, /GPU busy/);
    if (found && /Job 1.+ holds 9 GiB/.test(textOf(found))) return found;
    if (found) await tess.press(found, 'Refresh');
    return undefined;
  }, patience);
  expect(textOf(shown)).toContain('NVIDIA GeForce RTX 3090');
  expect(textOf(shown)).toMatch(/`Xorg` \(pid 1\), 0.3 GiB/);
  await waitFor(() => findShown(tess, /GPU 0: 97 %, 20.1\/24 GiB, 71 °C, 320 W/), patience);
  expect(badAnswers(sandbox)).toEqual([]);
  await tess.press(await waitFor(() => findShown(tess, /Step \d+ of/)), 'Cancel');
  await waitFor(() => findShown(tess, /Cancelled by/), patience);
});

test('the sentinel hears of a job’s card: hot, full, and at 0 % for 5 minutes', async () => {
  const { gpu, sandbox, tess } = await open();
  await waitFor(() => findShown(tess, /Step \d+ of/), patience);
  gpu.put({ cards: cards.replace('97, 71', '0, 92').replace('20600', '24400') });
  const warned = (text: RegExp) => waitFor(() => findShown(tess, text), patience);
  await warned(/⚠️ The GPU has 92 °C, over 87 °C/);
  await warned(/⚠️ The GPU's memory is 99.3 % full/);
  expect(findShown(tess, /GPU has been at 0 %/)).toBeUndefined();
  sandbox.world.clock.advance(5 * minute + 1000);
  await warned(/⚠️ The GPU has been at 0 % for 5 minutes/);
  // They warn: nobody is pinged for them. (The run itself diverges where the machine is slow enough to see it.)
  const alarms = messagesIn(sandbox).map(({ content }) => content);
  expect(alarms.filter((content) => content.includes('🚨') && content.includes('GPU'))).toEqual([]);
  await tess.press(await warned(/Step \d+ of/), 'Cancel');
  await warned(/Cancelled by/);
});

test('a host without a card says so, and trains', async () => {
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout: '2026', maxSteps: 10, saveSteps: 5 });
  await startApp({ sandbox, toolsetRoot: toolset.root, env: { MINI_LOAD_SECONDS: '0' } });
  const tess = as(sandbox, 'tess');
  await tess.command('/gpu');
  const shown = await waitFor(() => findShown(tess, /No GPU to read|GPU not read yet/));
  await waitFor(async () => {
    await tess.press(shown, 'Refresh');
    return findShown(tess, /No GPU to read/);
  });
  await tess.command('/train platform:rtx method:kto');
  await tess.press(await waitFor(() => findShown(tess, /Ready to start/)), 'Start');
  const live = await waitFor(() => findShown(tess, /Succeeded/), patience);
  expect(textOf(live)).not.toContain('GPU');
});

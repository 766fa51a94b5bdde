import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findButton } from '../../sandbox/driver/components.js';
import { startApp } from '../helpers/app.js';
import { writeRun, type RunFiles } from '../helpers/run-tree.js';
import { as, badAnswers, findShown, ids, makeSandbox, messagesIn, textOf } from '../helpers/sandbox.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeToolset } from '../helpers/toolset.js';
import { writeToolset } from '../helpers/toolset-tree.js';
import { waitFor } from '../helpers/wait-for.js';

const hour = 3_600_000;

/** A toolset of the newer layout; a run by its folder and how many hours ago it changed. */
async function setUp(runs: Readonly<Record<string, Omit<RunFiles, 'modifiedMs'> & { hours: number }>>) {
  const sandbox = await makeSandbox();
  const root = await makeTempDir();
  writeToolset(root, '2026');
  const now = sandbox.world.clock.now();
  for (const [path, { hours, ...files }] of Object.entries(runs)) {
    writeRun(join(root, 'Trainers', path), { ...files, modifiedMs: now - hours * hour });
  }
  await startApp({ sandbox, toolsetRoot: root });
  return { sandbox, root, vera: as(sandbox, 'vera'), tess: as(sandbox, 'tess') };
}

const ktoLog = [10, 20, 30].map((step) => ({
  step,
  loss: 0.5 - step / 100,
  kl: step / 100,
  'rewards/margins': step / 50,
}));

test('/runs lists the runs of both layouts, newest first, whatever lies among them', async () => {
  const { sandbox, root, vera } = await setUp({
    'kto/kto_output/20251122_100000': { hours: 2, checkpoints: [10, 30], finalModel: true, log: ktoLog },
    'sft/sft_output/20251122_110000': { hours: 1, checkpoints: [5], log: [{ step: 5, loss: 1.25 }] },
    'rtx3090_kto/kto_output_rtx3090/20251001_090000': { hours: 900, finalModel: true },
    'kto/kto_output/20251122_120000': { hours: 0 },
  });
  const runsDir = join(root, 'Trainers/kto/kto_output');
  writeFileSync(join(runsDir, 'notes.txt'), 'x');
  symlinkSync(join(root, 'nowhere'), join(runsDir, 'latest'));
  await vera.command('/runs');
  const shown = await waitFor(() => findShown(vera, /📦 Runs/));
  const told = (shown.embeds[0]?.description ?? '').replaceAll(/<t:\d+:R>/g, 'then').split('\n');
  expect(told).toEqual([
    '⏹️ `20251122_110000` sft, then',
    '-# step 5, Loss 1.25, 1 checkpoint, no final model',
    '✅ `20251122_100000` kto, then',
    '-# step 30, Margin 0.6, 2 checkpoints, final model',
    '✅ `20251001_090000` kto, then',
    '-# no figures, 0 checkpoints, final model',
  ]);
  expect(shown.embeds[0]?.footer?.text).toBe('3 runs, page 1 of 1');
  expect(shown.ephemeralFor).toBe(vera.userId);
  expect(badAnswers(sandbox)).toEqual([]);
});

test('/runs turns pages of ten, keeps its filter, and takes a run that was deleted meanwhile', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `20251122_1200${String(10 + index)}`);
  const { root, sandbox, vera } = await setUp({
    ...Object.fromEntries(
      names.map((name, index) => [`kto/kto_output/${name}`, { hours: index + 1, finalModel: true }]),
    ),
    'sft/sft_output/20251122_110000': { hours: 3, checkpoints: [5] },
    'kto/kto_output/20251122_110000': { hours: 4, checkpoints: [5] },
    'kto/kto_output/20240101_110000': { hours: 300, finalModel: true },
  });
  await vera.command('/runs method:kto status:finished since:5d');
  const shown = await waitFor(() => findShown(vera, /page 1 of 2/));
  const named = () =>
    [...(shown.embeds[0]?.description ?? '').matchAll(/`(\d+_\d+)`/g)].map(([, name]) => name);
  expect(named()).toEqual(names.slice(0, 10));
  expect(findButton(shown, '◀ Newer')?.disabled).toBe(true);
  await vera.press(shown, 'Older ▶');
  await waitFor(() => /page 2 of 2/.test(textOf(shown)));
  expect(named()).toEqual(names.slice(10));
  rmSync(join(root, 'Trainers/kto/kto_output', names[11] ?? ''), { recursive: true });
  await vera.press(shown, 'Refresh');
  await waitFor(() => named().length === 1);
  expect(findButton(shown, 'Older ▶')?.disabled).toBe(true);
  await vera.forge(shown, 'runs:page:p../etc:0');
  await waitFor(() => findShown(vera, /no longer known/));
  expect(badAnswers(sandbox)).toEqual([]);
});

test('/runs names who started a run of the bot, and whether it runs now', async () => {
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout: '2026', maxSteps: 60, saveSteps: 2 });
  await startApp({ sandbox, toolsetRoot: toolset.root, env: { MINI_STEP_SECONDS: '0.1' } });
  const [tess, vera] = [as(sandbox, 'tess'), as(sandbox, 'vera')];
  await tess.command('/train platform:rtx method:kto');
  const plan = await waitFor(() => findShown(tess, /\[Start\]/));
  await tess.press(plan, 'Start');
  const runLine = new RegExp(`▶️ .* kto, .*, running, <@${ids.users.tess}> \\(job 1\\)\n.*step \\d+ of 60, `);
  await waitFor(async () => {
    await vera.command('/runs status:running');
    return findShown(vera, runLine);
  });
  const job = await waitFor(() => messagesIn(sandbox).find((one) => findButton(one, 'Cancel')));
  await tess.press(job, 'Cancel');
  await waitFor(async () => {
    await vera.command('/runs');
    return findShown(vera, new RegExp(`⏹️ .* kto, [^,]*, <@${ids.users.tess}> \\(job 1\\)`));
  });
  expect(badAnswers(sandbox)).toEqual([]);
});

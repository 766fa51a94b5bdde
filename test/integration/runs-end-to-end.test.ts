import { appendFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findButton, selectsOf } from '../../sandbox/driver/components.js';
import { startApp } from '../helpers/app.js';
import { writeRun, type RunFiles } from '../helpers/run-tree.js';
import { as, badAnswers, findShown, ids, makeSandbox, messagesIn, textOf } from '../helpers/sandbox.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeToolset } from '../helpers/toolset.js';
import { makeZip } from '../helpers/model-files.js';
import { writeToolset, writeTree } from '../helpers/toolset-tree.js';
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
  return { sandbox, root, now, vera: as(sandbox, 'vera'), tess: as(sandbox, 'tess') };
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

test('/runs lists what a trainer that is not there any more has made, and the one output of mlx as one run', async () => {
  const { sandbox, root, now, vera } = await setUp({
    // No Trainers/dpo is there but for what it made, and the folder of the older layout has no trainer either.
    'dpo/dpo_output/20251122_100000': { hours: 3, finalModel: true, log: [{ step: 5, loss: 0.5 }] },
    'rtx3090_sft/sft_output_rtx3090/20251001_090000': { hours: 900, checkpoints: [5] },
    'sft/sft_output/20251122_110000': { hours: 1, checkpoints: [5, 10] },
  });
  const mac = join(root, 'Trainers/mistral_lora_mac');
  const metric = (step: number, loss: number) =>
    `{"timestamp": "2025-11-22 14:31:0${step % 10},123", "level": "METRICS", "logger": "mlx", "message": "", "step": ${step}, "metrics": {"loss": ${loss}, "lr": 1e-5}}\n`;
  // Two runs after each other in one log; what the folder holds is the second's.
  writeTree(mac, {
    'logs/training.jsonl': `${metric(10, 9)}${metric(20, 8)}${metric(10, 2)}${metric(20, 1.5)}`,
    'checkpoints/best_checkpoint.npz': 'x',
  });
  for (const step of [10, 20]) {
    writeFileSync(join(mac, `checkpoints/checkpoint_step_${step}.npz`), step === 10 ? makeZip() : '');
  }
  const at = now / 1000 - 2 * 3600;
  for (const path of ['logs/training.jsonl', 'checkpoints']) utimesSync(join(mac, path), at, at);
  await vera.command('/runs');
  const shown = await waitFor(() => findShown(vera, /📦 Runs/));
  const told = (shown.embeds[0]?.description ?? '').replaceAll(/<t:\d+:R>/g, 'then').split('\n');
  expect(told).toEqual([
    '⏹️ `20251122_110000` sft, then',
    '-# no figures, 2 checkpoints, no final model',
    '⏹️ `mistral_lora_mac` mlx, then',
    '-# step 20, Loss 1.5, 2 checkpoints, no final model',
    '✅ `20251122_100000` dpo, then',
    '-# step 5, Loss 0.5, 0 checkpoints, final model',
    '⏹️ `20251001_090000` sft, then',
    '-# no figures, 1 checkpoint, no final model',
  ]);
  await vera.command('/checkpoints run:mistral_lora_mac');
  const checkpoints = await waitFor(() => findShown(vera, /📍 Checkpoints/));
  const text = checkpoints.embeds[0]?.description ?? '';
  expect(/```\n([^]*?)\n```/.exec(text)?.[1]?.split('\n')).toEqual([
    ' Step Loss   LR',
    '★10   2.00 1e-5',
    '✗20   1.50 1e-5',
  ]);
  expect(text).toContain('`checkpoint_step_20.npz` is incomplete: checkpoint\\_step\\_20.npz is empty.');
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

test('/runs infers from its log that a run which the bot did not start runs, and says so', async () => {
  const log = [{ step: 5, loss: 1.25 }];
  const { sandbox, root, now, vera } = await setUp({
    'sft/sft_output/20251122_110000': { hours: 0.5, checkpoints: [5], log },
    'kto/kto_output/20251122_100000': { hours: 1, checkpoints: [10], log: ktoLog },
    'kto/kto_output/20251122_090000': { hours: 2, checkpoints: [10], finalModel: true, log: ktoLog },
  });
  const file = (run: string) => join(root, 'Trainers', run, 'logs/training_20251122_143000.jsonl');
  const writtenSeconds = Math.floor(now / 1000) - 5;
  for (const run of ['kto/kto_output/20251122_100000', 'kto/kto_output/20251122_090000']) {
    utimesSync(file(run), writtenSeconds, writtenSeconds);
  }
  await vera.command('/runs status:running');
  const shown = await waitFor(() => findShown(vera, /📦 Runs/));
  const text = () => (shown.embeds[0]?.description ?? '').split('\n').filter((line) => line.includes('`'));
  expect(text().map((line) => line.replace(/<t:\d+:R>/, 'then'))).toEqual([
    `▶️ \`20251122_100000\` kto, then, seems to be running (log written <t:${writtenSeconds}:R>)`,
  ]);
  // The closing entry: it came to its end.
  appendFileSync(file('kto/kto_output/20251122_100000'), '{"train_runtime": 812.4, "step": 30}\n');
  utimesSync(file('kto/kto_output/20251122_100000'), writtenSeconds, writtenSeconds);
  await vera.press(shown, 'Refresh');
  await waitFor(() => /No run fits/.test(textOf(shown)));
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

/** kto: KL grows with the step, so that the best Score is not the checkpoint to take. */
function ktoEntry(step: number, change: Readonly<Record<string, number>> = {}) {
  return { step, loss: 0.5 - step / 1000, kl: step / 400, 'rewards/margins': step / 100, ...change };
}

test('/checkpoints shows which to take, the table, the curves, and goes on from one', async () => {
  const { sandbox, root, vera, tess } = await setUp({
    'kto/kto_output/20251122_100000': {
      hours: 2,
      finalModel: true,
      checkpoints: [100, 155, 300],
      half: [200],
      log: [...Array(30).keys()].map((index) => ktoEntry((index + 1) * 10)),
    },
    'sft/sft_output/20251122_110000': { hours: 1, checkpoints: [5], log: [{ step: 5, loss: 1.25 }] },
  });
  const offered = await vera.complete('checkpoints', 'run', '');
  expect(offered.map(({ name }) => name)).toEqual(['sft 20251122_110000', 'kto 20251122_100000']);
  const [chosen] = await vera.complete('checkpoints', 'run', '1000 KTO');
  expect(chosen?.name).toBe('kto 20251122_100000');

  await vera.command(`/checkpoints run:${chosen?.value}`);
  const shown = await waitFor(() => findShown(vera, /📍 Checkpoints/));
  expect(shown.ephemeralFor).toBe(vera.userId);
  const text = shown.embeds[0]?.description ?? '';
  expect(/```\n([^]*?)\n```/.exec(text)?.[1]?.split('\n')).toEqual([
    ' Step   Loss    KL Margin Score',
    ' final 0.200 0.750   3.00  4.00',
    ' 100   0.400 0.250   1.00  4.00',
    '★155≈  0.350 0.375   1.50  4.00',
    '✗200   0.300 0.500   2.00  4.00',
    ' 300   0.200 0.750   3.00  4.00',
  ]);
  expect(text).toContain(
    '★ **Recommended: step 155.** Step 155 has the highest margin, 1.5, among those with KL at most 0.5.',
  );
  expect(text).toContain('⚠️ `checkpoint-200` is incomplete: ');
  expect(shown.attachments.map(({ filename }) => filename)).toEqual(['run.png']);

  await vera.choose(shown, ['Step 155']);
  await waitFor(() => findShown(vera, /the right `train` is missing/));
  await tess.command(`/checkpoints run:${chosen?.value}`);
  const own = await waitFor(() => findShown(tess, /📍 Checkpoints/));
  await tess.choose(own, ['Step 155']);
  const plan = await waitFor(() => findShown(tess, /20251122_100000\/checkpoint-155/));
  expect(findButton(plan, 'Start')).toBeDefined();
  rmSync(join(root, 'Trainers/kto/kto_output/20251122_100000/checkpoints/checkpoint-100'), {
    recursive: true,
  });
  await tess.choose(own, ['Step 100']);
  await waitFor(() => findShown(tess, /no checkpoint at step 100 any more/));
  const menu = `checkpoints:resume:${chosen?.value}`;
  await tess.forge(own, menu, ['200']);
  await waitFor(() => findShown(tess, /checkpoint-200 is incomplete/));
  await tess.forge(own, menu, ['../../etc']);
  await waitFor(() => findShown(tess, /choice is no longer known/));
  await tess.forge(own, 'checkpoints:resume:../../etc', ['100']);
  await waitFor(() => findShown(tess, /There is no run/));
  expect(badAnswers(sandbox)).toEqual([]);
});

test('/checkpoints takes none after the figures stopped being finite, and tells what it could not read', async () => {
  const { sandbox, root, vera } = await setUp({
    'sft/sft_output/20251122_110000': {
      hours: 1,
      checkpoints: [10, 20, 30],
      log: [
        { step: 10, loss: 1.5, learning_rate: 2e-4 },
        { step: 20, loss: 1.25, learning_rate: 1e-4 },
        { step: 30, loss: Number.NaN, learning_rate: 0 },
      ],
    },
  });
  const log = 'Trainers/sft/sft_output/20251122_110000/logs/training_20251122_143000.jsonl';
  appendFileSync(join(root, log), 'half a line\n{"step": 3\n');
  await vera.command('/checkpoints run:20251122_110000');
  const shown = await waitFor(() => findShown(vera, /📍 Checkpoints/));
  const text = shown.embeds[0]?.description ?? '';
  expect(/```\n([^]*?)\n```/.exec(text)?.[1]?.split('\n')).toEqual([
    ' Step Loss   LR',
    ' 10   1.50 2e-4',
    '★20   1.25 1e-4',
    ' 30    NaN    0',
  ]);
  expect(text).toContain('⚠️ From step 30 on figures are not finite.\n⚠️ 2 unreadable lines in its log.');
  await vera.command('/checkpoints run:../../../etc');
  await waitFor(() => findShown(vera, /There is no run/));
  expect(badAnswers(sandbox)).toEqual([]);
});

test('/compare sets runs and checkpoints side by side, with what is better', async () => {
  const { sandbox, root, vera } = await setUp({
    'kto/kto_output/20251122_100000': {
      hours: 2,
      checkpoints: [100, 300],
      log: [...Array(30).keys()].map((index) => ktoEntry((index + 1) * 10)),
    },
    'kto/kto_output/20251122_110000': {
      hours: 1,
      finalModel: true,
      log: [10, 20].map((step) => ktoEntry(step, { loss: Number.NaN })),
    },
  });
  const offered = await vera.complete('compare', 'first', '100000');
  expect(offered.map(({ name }) => name)).toEqual([
    'kto 20251122_100000',
    'kto 20251122_100000 @ 100',
    'kto 20251122_100000 @ 300',
  ]);
  const [, first, second] = offered.map(({ value }) => value);
  await vera.command(`/compare first:${first} second:${second} third:20251122_110000`);
  const shown = await waitFor(() => findShown(vera, /⚖️ Compare/));
  const text = shown.embeds[0]?.description ?? '';
  expect(/```\n([^]*?)\n```/.exec(text)?.[1]?.split('\n')).toEqual([
    'Loss',
    ' A     0.4000',
    ' B     0.2000     -0.2 ▼ good',
    ' C        NaN          ✖ bad',
    'KL',
    ' A     0.2500',
    ' B     0.7500     +0.5 ▲',
    ' C    0.05000     -0.2 ▼',
    'Margin',
    ' A      1.000',
    ' B      3.000       +2 ▲ good',
    ' C     0.2000     -0.8 ▼ bad',
  ]);
  expect(text).toContain('**A** `20251122_100000` Preference learning (KTO), step 100\n**B**');
  expect(text).toContain('The settings of A, B, C are not known');
  expect(shown.attachments.map(({ filename }) => filename)).toEqual(['compare.png']);
  rmSync(join(root, 'Trainers/kto/kto_output/20251122_100000/checkpoints/checkpoint-100'), {
    recursive: true,
  });
  await vera.command(`/compare first:${first} second:${second}`);
  await waitFor(() => findShown(vera, /has no checkpoint at step 100/));
  await vera.command(`/compare first:${second} second:${second}`);
  await waitFor(() => findShown(vera, /nothing to compare/));
  expect(badAnswers(sandbox)).toEqual([]);
});

test('/checkpoints compares some of a run by a menu, and /compare knows settings from what the trainer left', async () => {
  const run = 'kto/kto_output/20251122_100000';
  const { sandbox, root, vera } = await setUp({
    [run]: {
      hours: 2,
      checkpoints: [100, 200, 300],
      finalModel: true,
      log: [...Array(30).keys()].map((index) => ktoEntry((index + 1) * 10)),
    },
    'kto/kto_output/20251122_110000': { hours: 1, finalModel: true, log: [ktoEntry(10)] },
  });
  const lineage = (batch: number, rate: number | string) =>
    JSON.stringify({
      training_type: 'kto',
      model: { base_model: 'mistral-7b' },
      lora: { r: 32 },
      training: { per_device_train_batch_size: batch, learning_rate: rate },
      dataset: { local_file: '../../Datasets/kto.jsonl' },
    });
  for (const [path, text] of [
    [run, lineage(4, 1e-6)],
    ['kto/kto_output/20251122_110000', lineage(4, '2e-6')],
  ] as const) {
    writeFileSync(join(root, 'Trainers', path, 'training_lineage.json'), text);
  }
  // The bot did not start them: their model is in what their trainer left, which is read once somebody types.
  const offered = await waitFor(async () => {
    const fitting = await vera.complete('checkpoints', 'run', 'Mistral');
    return fitting.length === 2 && fitting;
  });
  expect(offered.map(({ name }) => name).toSorted()).toEqual([
    'kto 20251122_100000 mistral-7b',
    'kto 20251122_110000 mistral-7b',
  ]);
  await vera.command('/checkpoints run:20251122_100000');
  const shown = await waitFor(() => findShown(vera, /📍 Checkpoints/));
  const menu = selectsOf(shown).find(({ custom_id }) => custom_id.startsWith('checkpoints:compare:'));
  if (!menu) throw new Error('There is no menu to compare');
  expect([menu.min_values, menu.max_values, menu.options.map(({ label }) => label)]).toEqual([
    2,
    4,
    ['Step 200', 'Step 300', 'Step 100', 'Last figures'],
  ]);
  await vera.choose(shown, ['Step 100', 'Last figures'], menu.custom_id);
  const compared = await waitFor(() => findShown(vera, /⚖️ Compare/));
  expect(compared.ephemeralFor).toBe(vera.userId);
  expect(compared.embeds[0]?.description).toContain('Margin\n A      1.000\n B      3.000       +2 ▲ good');
  expect(compared.embeds[0]?.description).not.toContain('Settings that differ');
  await vera.forge(shown, menu.custom_id, ['100', '../etc']);
  await waitFor(() => findShown(vera, /choice is no longer known/));
  await vera.forge(shown, menu.custom_id, ['100']);
  await waitFor(() => findShown(vera, /nothing to compare/));

  await vera.command('/compare first:20251122_100000 second:20251122_110000');
  const settings = await waitFor(() => findShown(vera, /Settings that differ/));
  const blocks = [...(settings.embeds[0]?.description ?? '').matchAll(/```\n([^]*?)\n```/g)];
  expect(blocks[1]?.[1]?.split('\n')).toEqual(['Learning rate', ' A 1e-6', ' B 2e-6']);
  expect(textOf(settings)).not.toContain('not known');
  expect(badAnswers(sandbox)).toEqual([]);
});

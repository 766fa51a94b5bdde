import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createNoticeStore } from '../../src/db/notice-store.js';
import { openDatabase } from '../../src/db/open.js';
import { buttonsOf, labelOf } from '../../sandbox/driver/components.js';
import { startApp, type AppSetup } from '../helpers/app.js';
import {
  as,
  badAnswers,
  findShown,
  ids,
  makeSandbox,
  messagesIn,
  textOf,
  type Message,
  type Sandbox,
} from '../helpers/sandbox.js';
import { makeToolset } from '../helpers/toolset.js';
import { waitFor } from '../helpers/wait-for.js';

/** 300 steps last long enough to look on. */
const env = { MINI_STEP_SECONDS: '0.05', MINI_LOAD_SECONDS: '0' };
const patience = { timeoutMs: 25_000 };

async function train(fault: string, options: Partial<AppSetup> & { learningRate?: string } = {}) {
  const { learningRate, ...setup } = options;
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout: '2026', maxSteps: 300, saveSteps: 5 });
  const shared = { sandbox, toolsetRoot: toolset.root, env: { ...env, MINI_FAULT: fault }, ...setup };
  const running = await startApp(shared);
  const tess = as(sandbox, 'tess');
  const rate = learningRate === undefined ? '' : ` learning_rate:${learningRate}`;
  await tess.command(`/train platform:rtx method:kto${rate}`);
  const shown = await waitFor(() => findShown(tess, /Ready to start/));
  await tess.press(shown, 'Start');
  return { sandbox, running, tess, shared };
}

function alarmsIn(sandbox: Sandbox): readonly Message[] {
  return messagesIn(sandbox).filter(({ content }) => content.includes('🚨'));
}

const firstAlarm = (sandbox: Sandbox) => waitFor(() => alarmsIn(sandbox)[0], patience);

describe('an alarm of a real run', () => {
  test('pings who asked, with a picture; its button stops the run and plans it from the checkpoint before', async () => {
    const { sandbox, tess } = await train('nan@17');
    const alarm = await firstAlarm(sandbox);
    expect(alarm.pinged).toEqual([ids.users.tess]);
    expect(alarm.content).toContain('Loss is NaN');
    expect(alarm.attachments.map(({ filename }) => filename)).toEqual(['alarm.png']);
    expect(textOf(alarm)).toMatch(/Last healthy checkpoint: \*\*step 15\*\*/);
    expect(buttonsOf(alarm).map(labelOf)).toEqual([
      'Stop',
      'Stop and resume from checkpoint 15',
      'Ignore this',
    ]);
    await tess.press(alarm, 'Stop and resume from checkpoint 15');
    const plan = await waitFor(() => findShown(tess, /Learning rate\s+1e-5\s+file: 2e-5/), patience);
    expect(textOf(plan)).toContain('checkpoint-15');
    await waitFor(
      () => messagesIn(sandbox).find(({ content, pinged }) => pinged.length > 0 && /cancelled/.test(content)),
      patience,
    );
    expect(alarmsIn(sandbox)).toHaveLength(1);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('with a learning rate a thousand times too high', async () => {
    const { sandbox, tess } = await train('', { learningRate: '0.02' });
    const alarm = await firstAlarm(sandbox);
    expect(alarm.content).toContain('overfitting');
    await tess.press(alarm, 'Stop');
    await waitFor(() => messagesIn(sandbox).find(({ content }) => /cancelled/.test(content)), patience);
  });

  test('that freezes, after 5 minutes', async () => {
    const { sandbox, tess } = await train('freeze@12');
    await waitFor(() => findShown(tess, /Step 1[01] of 300/), patience);
    expect(alarmsIn(sandbox)).toEqual([]);
    sandbox.world.clock.advance(5 * 60_000 + 5000);
    const alarm = await firstAlarm(sandbox);
    expect(alarm.content).toMatch(/Nothing was logged for \d+ minutes/);
    await tess.press(alarm, 'Stop');
    await waitFor(() => messagesIn(sandbox).find(({ content }) => /cancelled/.test(content)), patience);
    expect(alarmsIn(sandbox)).toHaveLength(1);
  });

  test('set to auto-stop by /watch stops by itself and says so', async () => {
    // Slow enough that the rule is set by then, also on a machine under load.
    const slow = { ...env, MINI_STEP_SECONDS: '0.3', MINI_FAULT: 'nan@20' };
    const { sandbox, tess } = await train('', { env: slow });
    await tess.command('/watch set rule:loss-not-finite level:auto-stop job:1');
    await waitFor(() => findShown(tess, /is \*\*auto-stop\*\* for job 1/));
    const alarm = await firstAlarm(sandbox);
    expect(textOf(alarm)).toContain('The run was stopped by itself');
    await waitFor(
      () => messagesIn(sandbox).find((message) => /Cancelled by the sentinel/.test(textOf(message))),
      patience,
    );
  });
});

test('an alarm within an outage of the bot arrives after it, once', async () => {
  const { sandbox, running, shared, tess } = await train('nan@25');
  await waitFor(() => findShown(tess, /Step \d+ of 300/), patience);
  await running.stop();
  const again = { ...shared, dataDir: running.dataDir };
  const second = await startApp(again);
  await firstAlarm(sandbox);
  await second.stop();
  await startApp(again);
  const live = await waitFor(() => findShown(tess, /Step \d\d+ of 300/), patience);
  await tess.press(live, 'Cancel');
  await waitFor(() => messagesIn(sandbox).find(({ content }) => /cancelled/.test(content)), patience);
  expect(alarmsIn(sandbox)).toHaveLength(1);
});

test('an alarm within an outage of Discord arrives after it, once', async () => {
  const { sandbox, running, tess } = await train('nan@25');
  const live = await waitFor(() => findShown(tess, /Step \d+ of 300/), patience);
  sandbox.faults.goAway(60_000);
  const db = openDatabase(join(running.dataDir, 'tuner-bot.db'));
  onTestFinished(() => void db.close());
  const pending = () => createNoticeStore(db).listPending(10);
  await waitFor(() => pending().some(({ kind }) => kind === 'alarm'), patience);
  expect(alarmsIn(sandbox)).toEqual([]);
  sandbox.faults.clear();
  await firstAlarm(sandbox);
  await waitFor(() => pending().length === 0, patience);
  await tess.press(live, 'Cancel');
  await waitFor(() => messagesIn(sandbox).find(({ content }) => /cancelled/.test(content)), patience);
  expect(alarmsIn(sandbox)).toHaveLength(1);
});

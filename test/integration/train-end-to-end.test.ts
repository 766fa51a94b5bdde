import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buttonsOf, labelOf } from '../../sandbox/driver/components.js';
import type { Person } from '../../sandbox/driver/driver.js';
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

const fast = { MINI_STEP_SECONDS: '0' };
/** A run that takes a few seconds, so that there is something to watch. */
const slow = { MINI_STEP_SECONDS: '0.15' };

async function setUp(options: { layout?: '2025' | '2026'; maxSteps?: number } & Partial<AppSetup> = {}) {
  const { layout = '2026', maxSteps = 12, ...setup } = options;
  const sandbox = await makeSandbox();
  const toolset = await makeToolset({ layout, maxSteps, saveSteps: 5 });
  const running = await startApp({ sandbox, toolsetRoot: toolset.root, env: fast, ...setup });
  return { sandbox, toolset, running, tess: as(sandbox, 'tess') };
}

/** Types the command and waits for its plan. */
async function plan(person: Person, text: string): Promise<Message> {
  const { outcome } = await person.command(text);
  expect(outcome.kind).toBe('deferred');
  return waitFor(() => {
    if (outcome.kind !== 'deferred' || outcome.message.loading) return undefined;
    return outcome.message;
  });
}

function jobMessage(sandbox: Sandbox, jobId: number): Message | undefined {
  return messagesIn(sandbox).find((message) => new RegExp(`\\*\\*Job ${jobId}\\*\\* `).test(textOf(message)));
}

function notice(sandbox: Sandbox, word: string): Message | undefined {
  return messagesIn(sandbox).find(({ pinged, content }) => pinged.length > 0 && content.includes(word));
}

const ended = /succeeded|failed|cancelled/;

describe.each(['2025', '2026'] as const)('layout of %s', (layout) => {
  test.each([
    ['rtx', 'sft', 'Loss'],
    ['rtx', 'kto', 'Margin'],
    ['mac', 'mlx', 'Loss'],
  ])('/train platform:%s method:%s from the plan to the end', async (platform, method, figure) => {
    const { sandbox, toolset, tess } = await setUp({ layout });
    const shown = await plan(tess, `/train platform:${platform} method:${method}`);
    expect(textOf(shown)).toContain('Ready to start');
    await tess.press(shown, 'Start');
    const told = await waitFor(() => notice(sandbox, 'succeeded'), { timeoutMs: 25_000 });
    expect(told.pinged).toEqual([ids.users.tess]);
    const live = await waitFor(() => {
      const message = jobMessage(sandbox, 1);
      return message && /Succeeded/.test(textOf(message)) ? message : undefined;
    });
    expect(textOf(live)).toContain(figure);
    expect(textOf(live)).toContain('step 12 of 12');
    expect(live.attachments.map(({ filename }) => filename)).toEqual(['chart.png']);
    expect(live.attachments[0]?.width).toBe(800);
    const folder = /Run folder `([^`]+)`/.exec(textOf(live))?.[1] ?? '';
    expect(folder.startsWith(toolset.root)).toBe(true);
    expect(existsSync(folder)).toBe(true);
    expect(badAnswers(sandbox)).toEqual([]);
  });
});

describe('the plan', () => {
  test('asks for what is left out, takes overrides, and shows what the file says beside them', async () => {
    const { tess, sandbox } = await setUp();
    const question = await plan(tess, '/train platform:rtx learning_rate:3e-5 max_steps:7 note:try it');
    const { outcome } = await tess.choose(question, ['rtx/kto']);
    expect(outcome.kind).not.toBe('failed');
    const shown = await waitFor(() => findShown(tess, /Ready to start/));
    expect(textOf(shown)).toMatch(/Learning rate\s+3e-5\s+file: 2e-5/);
    expect(textOf(shown)).toMatch(/Total steps\s+7/);
    expect(textOf(shown)).toMatch(/--max-steps 7/);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('is changed through the modal', async () => {
    const { tess } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    const { outcome } = await tess.press(shown, 'Edit');
    if (outcome.kind !== 'modal') throw new Error(outcome.kind);
    await tess.submit({ modal: outcome.modal, message: shown }, { max_steps: '9' });
    await waitFor(() => findShown(tess, /Total steps\s+9/));
  });

  test('belongs to who asked: others are told so, to them alone, and nothing starts', async () => {
    const { sandbox, tess } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    for (const other of ['tom', 'vera', 'oskar']) {
      const person = as(sandbox, other);
      await person.press(shown, 'Start');
      const refusal = await waitFor(() =>
        person.messages().findLast(({ ephemeralFor }) => ephemeralFor === person.userId),
      );
      expect(textOf(refusal)).toMatch(/only|right|role|may not/i);
    }
    expect(jobMessage(sandbox, 1)).toBeUndefined();
    await as(sandbox, 'ada').press(shown, 'Start');
    await waitFor(() => jobMessage(sandbox, 1));
  });

  test('starts once, however often and by whomever it is pressed', async () => {
    const { sandbox, tess } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    await Promise.all(
      [tess, as(sandbox, 'ada'), tess, as(sandbox, 'olga'), tess].map((one) => one.press(shown, 'Start')),
    );
    await waitFor(() => notice(sandbox, 'succeeded'), { timeoutMs: 25_000 });
    expect(jobMessage(sandbox, 2)).toBeUndefined();
    expect(
      messagesIn(sandbox).filter(({ content, pinged }) => pinged.length > 0 && ended.test(content)),
    ).toHaveLength(1);
  });

  test('expires after 15 minutes, and says so', async () => {
    const { sandbox, tess } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    const [start] = buttonsOf(shown);
    sandbox.world.clock.advance(15 * 60_000 + 1);
    await waitFor(() => /Expired/.test(textOf(shown)));
    expect(buttonsOf(shown)).toEqual([]);
    if (!start || !('custom_id' in start)) throw new Error('There was no button.');
    await tess.forge(shown, start.custom_id);
    await waitFor(() => findShown(tess, /expired/i));
    expect(jobMessage(sandbox, 1)).toBeUndefined();
  });

  test('is shown again instead of run when a file changed since', async () => {
    const { sandbox, tess, toolset } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    const config = join(toolset.trainerDir('sft'), 'configs/config.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/learning_rate: \S+/, 'learning_rate: 0.123'));
    await tess.press(shown, 'Start');
    await waitFor(() => findShown(tess, /Changed since it was shown/));
    expect(jobMessage(sandbox, 1)).toBeUndefined();
  });

  test('cannot start what is impossible: the button is off and the reason stands above', async () => {
    const { tess, toolset } = await setUp();
    const bad = join(toolset.root, 'Datasets/bad.jsonl');
    writeFileSync(bad, '{"conversations": [{"role": "user", "content": "a"}], "label": true}\nnot json\n');
    const shown = await plan(tess, '/train platform:rtx method:kto dataset:Datasets/bad.jsonl');
    expect(textOf(shown)).toContain('Cannot start');
    expect(textOf(shown)).toMatch(/line 2/i);
    expect(buttonsOf(shown).map((button) => [labelOf(button), button.disabled === true])).toContainEqual([
      'Start',
      true,
    ]);
    await expect(tess.press(shown, 'Start')).rejects.toThrow('disabled');
  });

  test('is refused where an override has no flag, by name', async () => {
    const { tess } = await setUp();
    await tess.command('/train platform:mac method:mlx batch_size:2');
    const refusal = await waitFor(() => findShown(tess, /batch/i));
    expect(textOf(refusal)).toMatch(/no flag for batch.+size/i);
  });

  test('is not given to those without the right', async () => {
    const { sandbox } = await setUp();
    for (const who of ['vera', 'oskar']) {
      const person = as(sandbox, who);
      await person.command('/train platform:rtx method:sft');
      const refusal = await waitFor(() =>
        person.messages().find(({ ephemeralFor }) => ephemeralFor === person.userId),
      );
      expect(textOf(refusal)).toMatch(/train/);
    }
    expect(messagesIn(sandbox).filter(({ ephemeralFor }) => ephemeralFor === undefined)).toEqual([]);
  });
});

describe('a running job', () => {
  test('moves on its message, is cancelled by its button, and keeps the last words', async () => {
    const { sandbox, tess } = await setUp({ maxSteps: 400, env: slow });
    await tess.press(await plan(tess, '/train platform:rtx method:kto'), 'Start');
    const live = await waitFor(() => jobMessage(sandbox, 1));
    await waitFor(() => /Step \d+ of 400/.test(textOf(live)), { timeoutMs: 20_000 });
    await tess.press(live, 'Cancel');
    const told = await waitFor(() => notice(sandbox, 'cancelled'), { timeoutMs: 20_000 });
    expect(told.pinged).toEqual([ids.users.tess]);
    await waitFor(() => /Cancelled/.test(textOf(live)));
    expect(textOf(live)).toMatch(/interrupt/i);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('goes on while the bot is stopped, and its same message goes on after', async () => {
    const { sandbox, toolset, running, tess } = await setUp({ maxSteps: 40, env: slow });
    await tess.press(await plan(tess, '/train platform:rtx method:kto'), 'Start');
    const live = await waitFor(() => jobMessage(sandbox, 1));
    await waitFor(() => /Step \d+ of 40/.test(textOf(live)), { timeoutMs: 20_000 });
    await running.stop();
    const edits = live.edits;
    await startApp({ sandbox, toolsetRoot: toolset.root, dataDir: running.dataDir, env: slow });
    await waitFor(() => live.edits > edits, { timeoutMs: 10_000 });
    await waitFor(() => notice(sandbox, 'succeeded'), { timeoutMs: 25_000 });
    await waitFor(() => /Succeeded/.test(textOf(live)));
    const about = messagesIn(sandbox).filter((message) => /\*\*Job 1\*\*/.test(textOf(message)));
    expect(about.filter(({ pinged }) => pinged.length === 0)).toHaveLength(1);
    expect(about.filter(({ content }) => ended.test(content))).toHaveLength(1);
  });

  test('buttons of a plan work after a restart of the bot', async () => {
    const { sandbox, toolset, running, tess } = await setUp();
    const shown = await plan(tess, '/train platform:rtx method:sft');
    await running.stop();
    await startApp({ sandbox, toolsetRoot: toolset.root, dataDir: running.dataDir, env: fast });
    await tess.press(shown, 'Start');
    await waitFor(() => notice(sandbox, 'succeeded'), { timeoutMs: 25_000 });
  });
});

describe('an end that is no success is told with its reason', () => {
  test.each([
    ['oom@6', /out of memory/i],
    ['crash@6', /Error/],
    ['nan@6', /not finite|NaN/i],
    ['no-final-model', /final model/i],
  ])('%s', async (fault, reason) => {
    const { sandbox, tess } = await setUp({ env: { ...fast, MINI_FAULT: fault } });
    await tess.press(await plan(tess, '/train platform:rtx method:kto'), 'Start');
    await waitFor(() => notice(sandbox, 'failed'), { timeoutMs: 25_000 });
    const live = await waitFor(() => {
      const message = jobMessage(sandbox, 1);
      return message && /Failed/.test(textOf(message)) ? message : undefined;
    });
    expect(textOf(live)).toMatch(reason);
  });

  test('and its message offers to go on from the newest checkpoint, as a plan with a button', async () => {
    const { sandbox, tess } = await setUp({ env: { ...fast, MINI_FAULT: 'crash@8' } });
    await tess.press(await plan(tess, '/train platform:rtx method:kto'), 'Start');
    await waitFor(() => notice(sandbox, 'failed'), { timeoutMs: 25_000 });
    const live = await waitFor(() => {
      const message = jobMessage(sandbox, 1);
      return message && /Failed/.test(textOf(message)) ? message : undefined;
    });
    await tess.press(live, 'Resume');
    const resumed = await waitFor(() => findShown(tess, /checkpoint-5/));
    expect(resumed.ephemeralFor).toBe(tess.userId);
    expect(buttonsOf(resumed).map(labelOf)).toContain('Start');
    const tom = as(sandbox, 'tom');
    await tom.press(live, 'Retry');
    const refusal = await waitFor(() =>
      tom.messages().find(({ ephemeralFor, loading }) => ephemeralFor === tom.userId && !loading),
    );
    expect(textOf(refusal)).toMatch(/belongs to/);
  });

  test('a dry run stops before training, and that is a success', async () => {
    const { sandbox, tess } = await setUp();
    await tess.press(await plan(tess, '/train platform:rtx method:kto dry_run:true'), 'Start');
    const told = await waitFor(() => notice(sandbox, 'succeeded'), { timeoutMs: 25_000 });
    expect(textOf(told)).toMatch(/dry run/i);
  });
});

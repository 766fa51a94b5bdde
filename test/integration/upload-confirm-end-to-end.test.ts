import { describe, expect, test } from 'vitest';
import { buttonsOf, findButton, labelOf } from '../../sandbox/driver/components.js';
import type { Message } from '../../sandbox/discord/world.js';
import { hubTokens } from '../helpers/hub.js';
import { as, badAnswers, ids, messagesIn, textOf } from '../helpers/sandbox.js';
import {
  endOf,
  jobMessage,
  noticesOf,
  planBy,
  startUploadApp,
  toldTo,
  trainKtoOnce,
  type UploadApp,
} from '../helpers/upload-app.js';
import { makeRepo } from '../helpers/upload-findings.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainKtoOnce();

const options = (repo: string): string =>
  `run:${trained.run} checkpoint:final repo:${repo} save_method:lora gguf:False`;

/** The channel's messages about jobs: none means that nothing was started. */
const jobsTold = ({ sandbox }: UploadApp): readonly Message[] =>
  messagesIn(sandbox).filter((message) => /\*\*Job \d+\*\*/.test(textOf(message)));

function idOf(message: Message, label: string): string {
  const button = findButton(message, label);
  if (!button || !('custom_id' in button)) throw new Error(`No button ${label}`);
  return button.custom_id;
}

describe('a preflight that refuses', () => {
  test.each([
    ['a token that may only read', { HF_TOKEN: hubTokens.read.value }, 'one', /token/i],
    ['a token that nobody has', { HF_TOKEN: `hf_${'A'.repeat(34)}` }, 'one', /token/i],
    ['no token', { HF_TOKEN: '' }, 'one', /No token/],
    ['a namespace that is another’s', {}, 'sam/one', /sam/],
    ['a Hub that cannot be reached', { HF_ENDPOINT: 'http://127.0.0.1:9' }, 'one', /reach/i],
  ])('%s: no Upload to press, and what to do', async (_what, env, repo, reason) => {
    const app = await startUploadApp(trained, env);
    const plan = await planBy(app.tom, app.sandbox, options(repo));
    expect(textOf(plan)).toContain('⛔ Cannot start: Upload to');
    expect(textOf(plan)).toMatch(reason);
    expect(textOf(plan)).toMatch(/\n→ \S/);
    expect(findButton(plan, 'Upload')?.disabled).toBe(true);
    await app.tom.forge(plan, idOf(plan, 'Upload'));
    await toldTo(app.tom, /⚠️/);
    expect(jobsTold(app)).toEqual([]);
    expect(badAnswers(app.sandbox)).toEqual([]);
  });
});

describe('a repository that is there', () => {
  test('takes a second press on a button of other words; that one alone does nothing', async () => {
    const app = await startUploadApp(trained);
    const { sandbox, tom } = app;
    await makeRepo(app, 'tess/there', true, 'notes.txt');
    const plan = await planBy(tom, sandbox, options('there'));
    expect(textOf(plan)).toMatch(/tess\/there exists with 1 file/);
    await tom.forge(plan, idOf(plan, 'Upload').replace('start', 'overwrite'));
    await toldTo(tom, /Nobody was asked yet/);
    await tom.press(plan, 'Upload');
    await waitFor(() => buttonsOf(plan).map(labelOf).includes('Yes, overwrite tess/there'));
    expect(jobsTold(app)).toEqual([]);
    await tom.press(plan, 'Yes, overwrite tess/there');
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/there/);
    expect(badAnswers(sandbox)).toEqual([]);
  });

  test('that came into being after the plan is shown, and nothing starts', async () => {
    const app = await startUploadApp(trained);
    const plan = await planBy(app.tom, app.sandbox, options('sudden'));
    await makeRepo(app, 'tess/sudden', true, 'notes.txt');
    await app.tom.press(plan, 'Upload');
    await waitFor(() => /Changed since it was shown/.test(textOf(plan)));
    expect(textOf(plan)).toMatch(/tess\/sudden exists/);
    expect(jobsTold(app)).toEqual([]);
  });
});

describe('the button Upload', () => {
  test('pressed twice at once starts one upload', async () => {
    const app = await startUploadApp(trained);
    const { sandbox, tom } = app;
    const plan = await planBy(tom, sandbox, options('twice'));
    await Promise.all([tom, as(sandbox, 'ada'), tom].map((one) => one.press(plan, 'Upload')));
    await endOf(sandbox, 1);
    expect(noticesOf(sandbox, 2)).toEqual([]);
    expect(jobsTold(app).some((message) => /Job 2/.test(textOf(message)))).toBe(false);
  });

  test('is not for another person, nor for who may not upload, nor is the command', async () => {
    const app = await startUploadApp(trained);
    const { sandbox, tom } = app;
    const plan = await planBy(tom, sandbox, options('mine'));
    const [vera, tess] = [as(sandbox, 'vera'), as(sandbox, 'tess')];
    for (const person of [vera, tess]) {
      await person.press(plan, 'Upload');
      await toldTo(person, /the right `upload` is missing/);
      await person.command(`/upload ${options('theirs')}`);
      await waitFor(
        () => person.messages().filter((one) => /`upload` is missing/.test(textOf(one))).length === 2,
      );
    }
    sandbox.world.members.get(tess.userId)?.roles.add(ids.roles.uploader);
    for (const label of ['Upload', 'Cancel']) {
      await tess.press(plan, label);
      await toldTo(tess, /This plan belongs to/);
    }
    expect(jobsTold(app)).toEqual([]);
    // The card is for all who may look.
    await vera.press(plan, 'Show model card');
    const card = await toldTo(vera, /The model card/);
    expect(card.attachments.map(({ filename }) => filename)).toEqual(['tess_mine-README.md']);
  });

  test('is gone after 15 minutes, and a late press does nothing', async () => {
    const app = await startUploadApp(trained);
    const { sandbox, tom } = app;
    const plan = await planBy(tom, sandbox, options('late'));
    const upload = idOf(plan, 'Upload');
    sandbox.world.clock.advance(15 * 60_000 + 1);
    await waitFor(() => /Expired: Upload to tess\/late/.test(textOf(plan)));
    expect(buttonsOf(plan)).toEqual([]);
    await tom.forge(plan, upload);
    await toldTo(tom, /has expired/);
    expect(jobsTold(app)).toEqual([]);
  });

  test('works after a restart of the bot, and so does the upload that it queued before one', async () => {
    const app = await startUploadApp(trained);
    const { sandbox, tom, running, restart } = app;
    const plan = await planBy(tom, sandbox, options('again'));
    await running.stop();
    const second = await restart();
    await tom.press(plan, 'Upload');
    await jobMessage(sandbox, 1);
    await second.stop();
    await restart();
    expect(await endOf(sandbox, 1)).toMatch(/uploaded · tess\/again/);
    expect(noticesOf(sandbox, 1)).toHaveLength(1);
    expect(badAnswers(sandbox)).toEqual([]);
  });
});

import { describe, expect, test } from 'vitest';
import { alice } from '../../helpers/jobs.js';
import { renderMessage } from '../../helpers/render-message.js';
import { makeRepo } from '../../helpers/upload-findings.js';
import { runName } from '../../helpers/upload-desk.js';
import { checkMessage } from '../../helpers/discord-limits.js';
import { customIds, titleOf } from './setup.js';
import { begin, setUp } from './upload-setup.js';

const all = { run: runName, checkpoint: 'final', repo: 'one', save_method: 'lora', gguf: false };

describe('by options alone', () => {
  test('the plan stands in the channel at once', async () => {
    const opened = await setUp();
    const { replies, announced } = await opened.give('upload', all, alice);
    expect(announced.map(titleOf)).toEqual(['✅ Ready: Upload to tess/one']);
    expect(titleOf(replies.at(-1))).toBe('⬆️ The plan stands in the channel');
    expect(customIds(replies.at(-1))).toEqual([]);
    const text = renderMessage(announced[0]!);
    expect(text).toContain(`From \`${runName}\` Preference learning (KTO), final model`);
    expect(text).toMatch(/Margin +0\.9000/);
    expect(text).toMatch(/Model card:\n│ ```\n│ ---\n/);
    const [start = ''] = customIds(announced[0]);
    await opened.press(start, alice);
    expect(opened.setup.jobDesk.list()).toMatchObject([{ kind: 'upload', plan: { repoId: 'tess/one' } }]);
  });

  test('several checkpoints are confirmed together, and wait one after another', async () => {
    const opened = await setUp();
    const options = { ...all, checkpoint: 'final, 50 100', private: false };
    const { announced } = await opened.give('upload', options, alice);
    expect(titleOf(announced[0])).toBe('✅ Ready: 3 uploads');
    expect(checkMessage(announced[0]!)).toEqual([]);
    expect(renderMessage(announced[0]!)).toMatch(/• step 50 to `tess\/one-step-50`, about/);
    await opened.press(customIds(announced[0])[0]!, alice);
    const jobs = opened.setup.jobDesk.list().toReversed();
    expect(jobs.map(({ plan }) => plan.kind === 'upload' && plan.repoId)).toEqual([
      'tess/one',
      'tess/one-step-50',
      'tess/one-step-100',
    ]);
  });

  test('gguf:yes takes the usual three, quantizations say which', async () => {
    const opened = await setUp();
    const usual = await opened.give('upload', { ...all, gguf: true }, alice);
    expect(renderMessage(usual.announced[0]!)).toContain('And GGUF `Q4_K_M` `Q5_K_M` `Q8_0`');
    const { gguf: _, ...rest } = all;
    const named = await opened.give('upload', { ...rest, quantizations: 'q8_0, q2_k' }, alice);
    expect(renderMessage(named.announced[0]!)).toContain('And GGUF `Q8_0` `Q2_K`');
  });

  test('source:hub makes GGUF files of a repository', async () => {
    const opened = await setUp();
    await makeRepo(opened.made, 'tess/base', true, 'model.safetensors');
    const { announced } = await opened.give('upload', { source: 'hub', repo: 'base', gguf: true }, alice);
    expect(titleOf(announced[0])).toMatch(/Upload to tess\/base-GGUF$/);
    expect(renderMessage(announced[0]!)).toContain('From `tess/base` on the Hub');
    expect(renderMessage(announced[0]!)).toContain('🌐 public');
  });

  test.each([
    [{ checkpoint: 'final' }, /without its run/],
    [{ run: 'nothing' }, /no run "nothing"/],
    [{ run: runName, checkpoint: '75' }, /no checkpoint "75"/],
    [{ run: runName, checkpoint: ' , ' }, /No checkpoint was named/],
    [{ repo: 'a--b' }, /"--"/],
    [{ gguf: false, quantizations: 'Q8_0' }, /no GGUF files/],
    [{ quantizations: 'Q9' }, /"Q9" is no quantization/],
    [{ source: 'hub', run: runName }, /run does not go with source:hub/],
    [{ source: 'hub', gguf: false }, /makes GGUF files and nothing else/],
  ])('%j is refused', async (options, reason) => {
    const opened = await setUp();
    await expect(opened.give('upload', options, alice)).rejects.toThrow(reason);
  });

  test('a checkpoint that is half written is refused by name', async () => {
    const opened = await setUp({ checkpoints: [50], half: [100] });
    const named = opened.give('upload', { run: runName, checkpoint: '100' }, alice);
    await expect(named).rejects.toThrow(/step 100 is incomplete/);
    const wizard = await begin(opened, { run: runName });
    expect(wizard.text()).toContain('✗100');
    expect(wizard.text()).not.toContain('Step 100 (');
  });
});

describe('the plan in the channel', () => {
  test('with a blocker has no Upload that could be pressed, and says what to do', async () => {
    const opened = await setUp();
    opened.made.hub.repos.create('dataset', 'tess/one', { private: true, author: 'tess' });
    const { announced } = await opened.give('upload', all, alice);
    const text = renderMessage(announced[0]!);
    expect(text).toContain('⛔ Cannot start: Upload to tess/one');
    expect(text).toContain('is a dataset, not a model');
    expect(text).toMatch(/→ Choose another name/);
    expect(text).toContain('[ Upload ] success, disabled');
    await expect(opened.press(customIds(announced[0])[0]!, alice)).rejects.toThrow(/dataset/);
  });

  test('that would overwrite asks twice, in other words; the second button alone does nothing', async () => {
    const opened = await setUp();
    await makeRepo(opened.made, 'tess/one', true, 'model.safetensors');
    const { announced } = await opened.give('upload', all, alice);
    const [start = ''] = customIds(announced[0]);
    const overwrite = start.replace('start', 'overwrite');
    await expect(opened.press(overwrite, alice)).rejects.toThrow(/Nobody was asked yet/);
    expect(opened.setup.jobDesk.list()).toEqual([]);
    const asked = await opened.press(start, alice);
    expect(opened.setup.jobDesk.list()).toEqual([]);
    expect(renderMessage(asked.replies[0]!)).toContain('[ Yes, overwrite tess/one ] danger');
    expect(renderMessage(asked.replies[0]!)).toMatch(/• `tess\/one` of `tess`, \d+ files?, changed <t:/);
    expect(checkMessage(asked.replies[0]!)).toEqual([]);
    await opened.press(overwrite, alice);
    expect(opened.setup.jobDesk.list()).toHaveLength(1);
  });

  test('shows its model card whole, as a file', async () => {
    const opened = await setUp();
    const { announced } = await opened.give('upload', { ...all, checkpoint: '50,100' }, alice);
    const id = customIds(announced[0]).find((one) => one.includes(':card:'))!;
    const { replies } = await opened.press(id, alice);
    expect(replies[0]?.files?.map(({ name }) => name)).toEqual([
      'tess_one-step-50-README.md',
      'tess_one-step-100-README.md',
    ]);
    expect(replies[0]?.files?.[0]?.data.toString()).toMatch(/^---\n/);
    expect(checkMessage(replies[0]!)).toEqual([]);
    const train = await opened.type({}, alice);
    const other = customIds(train.replies[0])[0]!.replace('start', 'card');
    await expect(opened.press(other, alice)).rejects.toThrow(/no model card/);
    await expect(opened.press('plan:card:nothing', alice)).rejects.toThrow(/not known/);
  });
});

test('suggestions: runs, then the checkpoints of the chosen one, and the last of several quantizations', async () => {
  const { commands } = await setUp();
  const upload = commands.find(({ definition }) => definition.name === 'upload');
  const ask = async (option: string, typed: string, options: Record<string, string> = {}) =>
    (await upload?.autocomplete?.({ actor: alice, option, typed, options })) ?? [];
  const [run] = await ask('run', 'kto');
  expect(run?.name).toContain(runName);
  expect(await ask('checkpoint', '')).toEqual([]);
  expect(await ask('checkpoint', '', { run: 'half typed' })).toEqual([]);
  const offered = await ask('checkpoint', '', { run: run!.value });
  expect(offered.map(({ name }) => name)).toEqual(['Final model', 'Step 100, recommended', 'Step 50']);
  expect(await ask('checkpoint', 'final, 5', { run: run!.value })).toEqual([
    { name: 'final, Step 50', value: 'final, 50' },
  ]);
  expect(await ask('quantizations', 'Q8_0, q2')).toEqual([{ name: 'Q8_0, Q2_K', value: 'Q8_0, Q2_K' }]);
  expect(await ask('repo', 'x')).toEqual([]);
});

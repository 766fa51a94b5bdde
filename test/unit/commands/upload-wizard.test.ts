import { describe, expect, test } from 'vitest';
import { uploadDefinition } from '../../../src/commands/upload-definition.js';
import { checkCommand } from '../../helpers/discord-limits.js';
import { alice } from '../../helpers/jobs.js';
import { renderMessage, renderModal } from '../../helpers/render-message.js';
import { runName } from '../../helpers/upload-desk.js';
import { customIds, titleOf } from './setup.js';
import { begin, setUp } from './upload-setup.js';

test('/upload has the options that people know, and requires none', () => {
  expect(checkCommand(uploadDefinition as Parameters<typeof checkCommand>[0])).toEqual([]);
  expect(uploadDefinition.options?.map(({ name }) => name)).toEqual([
    'run',
    'checkpoint',
    'repo',
    'save_method',
    'gguf',
    'quantizations',
    'private',
    'source',
  ]);
  expect(uploadDefinition.options?.some((option) => option.required === true)).toBe(false);
});

describe('step by step', () => {
  test('everything is asked, in one message, and the plan stands in the channel', async () => {
    const opened = await setUp();
    const wizard = await begin(opened);
    expect(wizard.title()).toBe('⬆️ Upload 1 of 6: which kind of model?');
    await wizard.choose('rtx/kto');
    expect(wizard.title()).toBe('⬆️ Upload 2 of 6: which run?');
    expect(wizard.text()).toContain(`\`${runName}\` kto`);
    const [run = ''] = [...wizard.text().matchAll(/\) = ([0-9a-f]{16})$/gm)].map(([, id]) => id);
    await wizard.choose(run);
    expect(wizard.title()).toBe('⬆️ Upload 3 of 6: which checkpoint?');
    expect(wizard.text()).toMatch(/★100 +0\.400/);
    expect(wizard.text()).toMatch(/Step 100 \(recommended\) = 100\n.*Final model/);
    await wizard.choose('100');
    expect(wizard.title()).toBe('⬆️ Upload 4 of 6: to which repository?');
    const { modal } = await wizard.name('my-model');
    expect(renderModal(modal)).toContain(`[kto-${runName}]`);
    expect(wizard.title()).toBe('⬆️ Upload 5 of 6: how is it saved?');
    expect(wizard.text()).toContain('-# ✓ to `tess/my-model`');
    expect(wizard.text()).toMatch(/lora, about \d+/);
    await wizard.choose('lora');
    expect(wizard.title()).toBe('⬆️ Upload 6 of 6: GGUF files?');
    expect(wizard.text()).toContain('Marked: GGUF `Q4_K_M` `Q5_K_M` `Q8_0`');
    const { announced, replies } = await wizard.press('gguf:');
    // The buttons are With and Without: the first is With.
    expect(replies.map(titleOf)).toEqual(['⬆️ Upload: checking …', '⬆️ The plan stands in the channel']);
    expect(renderMessage(announced[0]!)).toContain('To `tess/my-model`, 🔒 private');
    expect(customIds(announced[0]).map((id) => id.split(':')[1])).toEqual(['start', 'cancel', 'card']);
    expect(opened.setup.jobDesk.list()).toEqual([]);
  });

  test('a lone final model is taken without asking', async () => {
    const opened = await setUp({ checkpoints: [] });
    const wizard = await begin(opened, { run: runName });
    expect(wizard.title()).toBe('⬆️ Upload 4 of 6: to which repository?');
    expect(wizard.text()).toContain(`-# ✓ \`${runName}\` Preference learning (KTO), final model`);
    // Nothing before it was asked.
    expect(customIds(wizard.shown()).some((id) => id.startsWith('upload:back'))).toBe(false);
  });

  test('Back leads through every step to the first, and from the end takes the plan away', async () => {
    const opened = await setUp();
    const wizard = await begin(opened);
    await wizard.choose('rtx/kto');
    const [run = ''] = [...wizard.text().matchAll(/\) = ([0-9a-f]{16})$/gm)].map(([, id]) => id);
    await wizard.choose(run);
    await wizard.choose('50', '100');
    await wizard.name('both');
    await wizard.choose('merged_4bit');
    const { announced } = await wizard.press('gguf:');
    expect(titleOf(announced[0])).toMatch(/2 uploads$/);
    const planId = customIds(announced[0])[0]!.split(':')[2]!;
    expect(opened.setup.planDesk.get(planId)?.state.name).toBe('open');
    const closed: string[] = [];
    opened.setup.planDesk.onClosed(({ id, state }) => closed.push(`${id} ${state.name}`));
    const titles: string[] = [];
    for (let step = 0; step < 6; step += 1) {
      await wizard.press('back');
      titles.push(/of 6: (.*)/.exec(wizard.title())?.[1] ?? wizard.title());
    }
    expect(titles).toEqual([
      'GGUF files?',
      'how is it saved?',
      'to which repository?',
      'which checkpoint?',
      'which run?',
      'which kind of model?',
    ]);
    expect(closed).toEqual([`${planId} cancelled`]);
    expect(() => wizard.idOf('back')).toThrow('No back');
  });

  test('Back after Upload was pressed undoes nothing, and says so', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, {
      run: runName,
      checkpoint: 'final',
      repo: 'one',
      save_method: 'lora',
    });
    const { announced } = await wizard.press('gguf:');
    await opened.press(customIds(announced[0])[0]!, alice);
    expect(opened.setup.jobDesk.list()).toHaveLength(1);
    const { whispers } = await wizard.press('back');
    expect(whispers[0]?.content).toContain('was started already');
    expect(opened.setup.jobDesk.list()[0]?.state.name).toBe('queued');
  });

  test.each([
    ['bad--name', /has "--" in it/],
    ['a/b/c', /3 parts/],
    ['model.git', /ends with ".git"/],
    ['@everyone', /the character @/],
    ['x'.repeat(97), /97 characters/],
    [' ', /has no name/],
  ])('a repository named %j is refused with the Hub’s rule, and the wizard goes on', async (name, reason) => {
    const opened = await setUp();
    const wizard = await begin(opened, { run: runName, checkpoint: 'final' });
    await wizard.name(name);
    expect(wizard.title()).toBe('⬆️ Upload 4 of 6: to which repository?');
    expect(wizard.text()).toMatch(reason);
    await wizard.name('fine');
    expect(wizard.title()).toBe('⬆️ Upload 5 of 6: how is it saved?');
    expect(wizard.text()).not.toMatch(reason);
  });

  test('a run that is deleted meanwhile is asked for again, with the reason', async () => {
    const opened = await setUp();
    const wizard = await begin(opened);
    await wizard.choose('rtx/kto');
    await opened.press(wizard.idOf('pick'), alice, ['0123456789abcdef']);
    const gone = await wizard.choose('0123456789abcdef');
    expect(renderMessage(gone.replies[0]!)).toContain('There is no run');
    expect(wizard.title()).toBe('⬆️ Upload 2 of 6: which run?');
  });

  test('visibility and quantizations are chosen before the plan', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, {
      run: runName,
      checkpoint: 'final',
      repo: 'one',
      save_method: 'merged_16bit',
    });
    await wizard.choose('Q2_K', 'Q8_0');
    expect(wizard.text()).toContain('With 2 GGUF files');
    await wizard.press('private');
    expect(wizard.text()).toContain('🌐 A new repository becomes **public**');
    const { announced } = await wizard.press('gguf:');
    expect(renderMessage(announced[0]!)).toMatch(
      /To `tess\/one`, 🌐 public\n.*\n.*And GGUF `Q8_0` `Q2_K`|`Q2_K` `Q8_0`/,
    );
  });
});

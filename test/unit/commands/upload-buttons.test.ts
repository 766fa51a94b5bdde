import { describe, expect, test } from 'vitest';
import { alice, bob, openJobs } from '../../helpers/jobs.js';
import { renderMessage } from '../../helpers/render-message.js';
import { runName } from '../../helpers/upload-desk.js';
import { openCommands, titleOf } from './setup.js';
import { begin, setUp } from './upload-setup.js';

describe('the wizard’s buttons', () => {
  test('are those of the person who asked alone', async () => {
    const opened = await setUp();
    const wizard = await begin(opened);
    for (const [id, values] of [[wizard.idOf('pick'), ['rtx/kto']]] as const) {
      await expect(opened.press(id, bob, values)).rejects.toThrow('Only the person who asked');
    }
    await wizard.choose('rtx/kto');
    expect(wizard.title()).toBe('⬆️ Upload 2 of 6: which run?');
  });

  test('of an older view show where it stands, and change nothing', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, { run: runName, checkpoint: 'final', repo: 'one' });
    const save = wizard.idOf('pick');
    await wizard.choose('lora');
    const { replies } = await opened.press(save, alice, ['merged_16bit']);
    expect(titleOf(replies[0])).toBe('⬆️ Upload 6 of 6: GGUF files?');
    expect(renderMessage(replies[0]!)).toContain('-# ✓ `lora`');
  });

  test('pressed twice at once at the end make one plan', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, {
      run: runName,
      checkpoint: 'final',
      repo: 'one',
      save_method: 'lora',
    });
    const id = wizard.idOf('gguf:');
    const answers = await Promise.all([opened.press(id, alice), opened.press(id, alice)]);
    expect(answers.flatMap(({ announced }) => announced)).toHaveLength(1);
    const open = opened.setup.db.prepare("SELECT count(*) AS plans FROM plans WHERE state = 'open'").get();
    expect(open).toEqual({ plans: 1 });
  });

  test('Back while it is checked leaves no plan behind', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, { run: runName, checkpoint: 'final', repo: 'one' });
    await wizard.choose('lora');
    const [gguf, back] = [wizard.idOf('gguf:'), wizard.idOf('back').replace(/gguf$/, 'end')];
    const planning = opened.press(gguf, alice);
    const turned = await opened.press(back, alice);
    expect(titleOf(turned.replies[0])).toBe('⬆️ Upload 6 of 6: GGUF files?');
    expect((await planning).announced).toEqual([]);
    const open = opened.setup.db.prepare("SELECT count(*) AS plans FROM plans WHERE state = 'open'").get();
    expect(open).toEqual({ plans: 0 });
  });

  test.each([
    'upload:pick:nothing:type',
    'upload:back',
    'upload:gguf::yes',
    'upload:private:x:y',
    'upload:turn:x:1',
    'upload:run:nothing',
    'upload:job:99',
    'upload:job:x',
  ])('forged as %s are refused', async (id) => {
    const opened = await setUp();
    await expect(opened.press(id, alice, ['x'])).rejects.toThrow();
  });

  test.each([
    ['type', 'mac/none'],
    ['run', '../../etc'],
    ['checkpoints', '999'],
    ['save', 'merged_1bit'],
  ])('a forged choice of %s is told, and asked again', async (step, value) => {
    const opened = await setUp();
    const options: Record<string, Record<string, string>> = {
      type: {},
      run: {},
      checkpoints: { run: runName },
      save: { run: runName, checkpoint: 'final', repo: 'one' },
    };
    const wizard = await begin(opened, options[step]);
    if (step === 'run') await wizard.choose('rtx/kto');
    const before = wizard.title();
    await wizard.choose(value);
    expect(wizard.title()).toBe(before);
    expect(wizard.text()).toContain('⚠️ **');
  });

  test('work after a restart', async () => {
    const opened = await setUp();
    const wizard = await begin(opened, { run: runName, checkpoint: 'final' });
    const id = wizard.idOf('name');
    await opened.setup.close();
    const again = await openJobs({ dataDir: opened.setup.dataDir, slots: [] });
    const commands = openCommands(again, undefined, undefined, opened.made);
    const modal = await commands.openModal(id, alice);
    const { replies } = await commands.submit(modal.custom_id, alice, { repo: 'one' });
    expect(titleOf(replies[0])).toBe('⬆️ Upload 5 of 6: how is it saved?');
  });
});

import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/domain/user-error.js';
import { checkCommand, checkMessage } from '../../helpers/discord-limits.js';
import { alice, bob, openJobs } from '../../helpers/jobs.js';
import { customIds, kto, messageId, mlx, openCommands, sft, titleOf } from './setup.js';

describe('/train', () => {
  test('has the options that people know, within Discord’s limits', async () => {
    const { commands } = openCommands(await openJobs(), [kto, sft, mlx]);
    const { definition } = commands[0]!;
    expect(checkCommand(definition as Parameters<typeof checkCommand>[0])).toEqual([]);
    expect(definition.options?.map(({ name }) => name)).toEqual([
      'platform',
      'method',
      'model',
      'dataset',
      'epochs',
      'max_steps',
      'batch_size',
      'learning_rate',
      'resume_from',
      'dry_run',
      'note',
    ]);
    expect(definition.options?.[0]).toMatchObject({ choices: [{ value: 'rtx' }, { value: 'mac' }] });
    expect(definition.options?.[1]).toMatchObject({
      choices: [{ value: 'kto' }, { value: 'sft' }, { value: 'mlx' }],
    });
    expect(definition.options?.every((option) => option.required !== true)).toBe(true);
  });

  test('stays within the limits with more methods than there are choices', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({
      ...kto,
      method: `m${index}`,
      methodLabel: 'ä'.repeat(150),
    }));
    const opened = openCommands(await openJobs(), many);
    expect(checkCommand(opened.commands[0]!.definition as Parameters<typeof checkCommand>[0])).toEqual([]);
    expect(opened.commands[0]!.definition.options?.[1]).toMatchObject({ name: 'method', autocomplete: true });
    const { replies } = await opened.type({}, alice);
    expect(checkMessage(replies[0]!)).toEqual([]);
  });

  test('with one training possible shows its plan at once, and remembers where', async () => {
    const setup = await openJobs();
    const opened = openCommands(setup);
    const { replies } = await opened.type(
      { epochs: 2, batch_size: 8, learning_rate: '2e-6', model: ' a/b ', dry_run: true, note: ' try ' },
      alice,
    );
    expect(opened.requests).toEqual([
      {
        platform: 'rtx',
        method: 'kto',
        overrides: { epochs: 2, batch_size: 8, learning_rate: 2e-6, model: 'a/b' },
        dryRun: true,
        note: 'try',
      },
    ]);
    expect(replies.map(titleOf)).toEqual(['✅ Ready to start: dry run of kto on rtx']);
    const [, , planId = ''] = customIds(replies[0])[0]!.split(':');
    expect(setup.planDesk.get(planId)).toMatchObject({
      requestedBy: alice.userId,
      messageId,
      state: { name: 'open' },
    });
  });

  test.each([
    ['2e-6', 2e-6],
    [' 0.0002 ', 0.0002],
    ['.5', 0.5],
    ['1E-5', 1e-5],
    [0.01, 0.01],
  ])('takes the learning rate %j', async (written, value) => {
    const opened = openCommands(await openJobs());
    await opened.type({ learning_rate: written }, alice);
    expect(opened.requests[0]?.overrides.learning_rate).toBe(value);
  });

  test.each(['abc', '', '1,5e-6', '1e999', '0x10', 'NaN', '2e-6; rm'])(
    'refuses the learning rate %j',
    async (written) => {
      const opened = openCommands(await openJobs());
      await expect(opened.type({ learning_rate: written }, alice)).rejects.toThrow(UserError);
      expect(opened.requests).toEqual([]);
    },
  );

  test('names what is possible when nothing fits', async () => {
    const opened = openCommands(await openJobs(), [kto, mlx]);
    await expect(opened.type({ method: 'kto', platform: 'mac' }, alice)).rejects.toMatchObject({
      message: 'There is no training "kto on mac" here.',
      remedy: 'Choose one of: kto on rtx, mlx on mac.',
    });
    await expect(openCommands(await openJobs(), []).type({}, alice)).rejects.toThrow(
      /nothing that can be trained/,
    );
  });

  test('completes datasets and checkpoints for what was chosen so far, and nothing else', async () => {
    const { commands } = openCommands(await openJobs());
    const complete = (option: string) =>
      commands[0]!.autocomplete!({
        actor: alice,
        option,
        typed: 'x',
        options: { platform: 'rtx', [option]: 'x' },
      });
    expect(await complete('dataset')).toEqual([{ name: 'dataset x', value: '{"platform":"rtx"}' }]);
    expect(await complete('resume_from')).toEqual([{ name: 'checkpoint x', value: 'x' }]);
    expect(await complete('model')).toEqual([]);
    const platforms = await commands[0]!.autocomplete!({
      actor: alice,
      option: 'platform',
      typed: 'nvi',
      options: {},
    });
    expect(platforms).toEqual([{ name: 'NVIDIA GPU', value: 'rtx' }]);
  });
});

describe('the menu of /train', () => {
  async function ask() {
    const setup = await openJobs();
    const opened = openCommands(setup, [kto, sft, mlx]);
    const asked = await opened.type({ platform: 'rtx', epochs: 2, learning_rate: '3e-6', note: 'n' }, alice);
    return { setup, opened, menu: customIds(asked.replies[0])[0]!, message: asked.replies[0]! };
  }

  test('asks for what was left out, among what is possible', async () => {
    const { message } = await ask();
    const text = JSON.stringify(message.components);
    expect([...text.matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value)).toEqual([
      'rtx/kto',
      'rtx/sft',
    ]);
    expect(checkMessage(message)).toEqual([]);
  });

  test('the choice makes the plan with all that was typed, also after a restart', async () => {
    const { setup, menu } = await ask();
    await setup.close();
    const again = await openJobs({ dataDir: setup.dataDir });
    const opened = openCommands(again, [kto, sft, mlx]);
    const { replies } = await opened.press(menu, alice, ['rtx/sft']);
    expect(opened.requests).toEqual([
      {
        platform: 'rtx',
        method: 'sft',
        overrides: { epochs: 2, learning_rate: 3e-6 },
        dryRun: false,
        note: 'n',
      },
    ]);
    expect(replies.map(titleOf)).toEqual(['✅ Ready to start: sft on rtx']);
  });

  test('answered twice at once makes one plan', async () => {
    const { setup, opened, menu } = await ask();
    const results = await Promise.allSettled([
      opened.press(menu, alice, ['rtx/sft']),
      opened.press(menu, alice, ['rtx/kto']),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(setup.db.prepare('SELECT count(*) AS plans FROM plans').get()).toEqual({ plans: 1 });
  });

  test.each([
    ['by another person', bob, 'rtx/sft'],
    ['with a value that is not in it', alice, 'mac/mlx'],
    ['with nothing', alice, ''],
  ])('pressed %s is refused, and can still be answered', async (_how, actor, value) => {
    const { opened, menu } = await ask();
    await expect(opened.press(menu, actor, [value])).rejects.toThrow(UserError);
    await opened.press(menu, alice, ['rtx/kto']);
  });

  test('a forged or forgotten question is told', async () => {
    const { opened } = await ask();
    await expect(opened.press('train:choose:nothing', alice, ['rtx/kto'])).rejects.toThrow(
      /answered already/,
    );
    await expect(opened.press('train:choose', alice, [])).rejects.toThrow(UserError);
  });
});

import { rm } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { actionIds } from '../../../src/views/custom-id.js';
import { UserError } from '../../../src/domain/user-error.js';
import { admin, alice, bob } from '../../helpers/jobs.js';
import { writeCheckpoint } from '../../helpers/model-files.js';
import { waitFor } from '../../helpers/wait-for.js';
import {
  alarmsOf,
  appendLog,
  openWatched,
  startWatchedJob,
  type WatchedOptions,
} from '../../helpers/watched-jobs.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';
import { customIds, makeTrainingDesk, openCommands, titleOf } from './setup.js';

/** A job in whose log the loss is NaN at step 30, with a checkpoint at step 20. */
async function alarmed(options: WatchedOptions = {}) {
  const setup = await openWatched(options);
  const started = await startWatchedJob(setup);
  const checkpoint = writeCheckpoint(started.runPath, 20);
  appendLog(started.log, [
    [25, '"loss": 0.5'],
    [30, '"loss": NaN'],
  ]);
  await waitFor(() => alarmsOf(setup).length === 1);
  const episodeId = setup.episodes.list(started.id)[0]!.id;
  return { setup, ...started, checkpoint, episodeId, ...openCommands(setup) };
}

describe('Stop and resume', () => {
  test('stops the run and shows a plan from the checkpoint with half the learning rate; Start starts it', async () => {
    const { setup, id, press, requests, checkpoint, episodeId } = await alarmed();
    const { replies, whispers } = await press(actionIds.resumeBeforeAlarm(episodeId), alice);
    expect(requests).toEqual([
      {
        platform: 'rtx',
        method: 'kto',
        overrides: { learning_rate: 5e-7 },
        resumeFrom: checkpoint,
        dryRun: false,
      },
    ]);
    expect(titleOf(replies[0])).toContain('Ready to start');
    expect(whispers[0]?.content).toContain(`Job ${id} was asked to stop.`);
    expect(whispers[0]?.content).toContain('from checkpoint 20 with half the learning rate');
    await waitFor(() => setup.jobs.get(id)?.state.name === 'cancelled');
    // Nothing else runs until Start is pressed.
    expect(setup.jobs.listActive()).toEqual([]);
    const [start = ''] = customIds(replies[0]);
    expect(start).toMatch(/^plan:start:/);
    await press(start, alice);
    expect(setup.jobs.list()).toHaveLength(2);
  });

  test('of a job that is over plans alone', async () => {
    const { setup, id, press, episodeId } = await alarmed();
    setup.jobDesk.cancel(id, alice);
    await waitFor(() => setup.jobs.get(id)?.state.name === 'cancelled');
    const { replies, whispers } = await press(actionIds.resumeBeforeAlarm(episodeId), alice);
    expect(titleOf(replies[0])).toContain('Ready to start');
    expect(whispers[0]?.content).toContain(`Job ${id} runs no more.`);
  });

  test('works after a restart of the bot, and for an administrator', async () => {
    const before = await alarmed();
    await before.setup.close();
    const setup = await openWatched({ dataDir: before.setup.dataDir });
    const { press, requests } = openCommands(setup);
    setup.supervisor.start();
    await press(actionIds.resumeBeforeAlarm(before.episodeId), admin);
    expect(requests.map(({ resumeFrom }) => resumeFrom)).toEqual([before.checkpoint]);
    await waitFor(() => setup.jobs.get(before.id)?.state.name === 'cancelled');
  });

  test('where no checkpoint is left stops nothing', async () => {
    const { setup, id, press, checkpoint, episodeId } = await alarmed();
    await rm(checkpoint, { recursive: true });
    await expect(press(actionIds.resumeBeforeAlarm(episodeId), alice)).rejects.toThrow(/Nothing was stopped/);
    expect(setup.jobs.get(id)?.state).not.toHaveProperty('cancel');
  });

  test('with a trainer that takes no learning rate leaves it as it is, and says so', async () => {
    const { setup, episodeId } = await alarmed();
    const { desk } = makeTrainingDesk([]);
    const { press } = openCommands(setup, [], {
      ...desk,
      plan: ({ overrides }) =>
        overrides.learning_rate === undefined
          ? Promise.resolve(makeTrainPlan())
          : Promise.reject(new UserError('The trainer has no flag for learning_rate.')),
    });
    const { whispers } = await press(actionIds.resumeBeforeAlarm(episodeId), alice);
    expect(whispers[0]?.content).toContain('The learning rate is as before');
  });
});

describe('Ignore this', () => {
  test('silences the rule for this job: the next episode alarms nobody', async () => {
    const { setup, id, log, press, episodeId } = await alarmed();
    const { replies } = await press(actionIds.ignoreAlarm(episodeId), alice);
    expect(replies[0]?.content).toContain(`The rule \`loss-not-finite\` is silent for job ${id} now.`);
    appendLog(
      log,
      [35, 40, 45, 50, 55].map((step) => [step, '"loss": 0.5'] as const),
    );
    appendLog(log, [[60, '"loss": NaN']]);
    await waitFor(() => setup.episodes.list(id).length === 2);
    expect(setup.episodes.list(id).map(({ level }) => level)).toEqual(['alarm', 'silent']);
    expect(alarmsOf(setup)).toHaveLength(1);
  });
});

describe('the buttons of an alarm', () => {
  test('are for the person who asked and administrators', async () => {
    const { setup, id, press, episodeId } = await alarmed();
    for (const customId of [actionIds.resumeBeforeAlarm(episodeId), actionIds.ignoreAlarm(episodeId)]) {
      await expect(press(customId, bob)).rejects.toThrow(`Job ${id} belongs to`);
      await expect(press(customId, { ...admin, guildId: '200000000000000009' })).rejects.toThrow(UserError);
    }
    expect(setup.jobs.get(id)?.state).not.toHaveProperty('cancel');
  });

  test.each(['', ':0', ':-1', ':1e3', ':99999', `:${'9'.repeat(30)}`])(
    'forged with %s are refused',
    async (rest) => {
      const { press } = openCommands(await openWatched());
      await expect(press(`alarm:resume${rest}`, admin)).rejects.toThrow(UserError);
      await expect(press(`alarm:ignore${rest}`, admin)).rejects.toThrow(UserError);
    },
  );
});

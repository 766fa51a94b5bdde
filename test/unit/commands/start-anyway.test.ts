import { expect, test } from 'vitest';
import { UserError } from '../../../src/domain/user-error.js';
import { admin, alice, bob, openJobs } from '../../helpers/jobs.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';
import { openCommands } from './setup.js';

test('Start all the same is kept with the job, for its person and administrators alone', async () => {
  const setup = await openJobs({ slots: [] });
  const { press, find } = openCommands(setup);
  await setup.planDesk.confirm(setup.planDesk.propose(makeTrainPlan(), alice).id, alice);
  const id = setup.jobDesk.list()[0]!.id;
  const state = () => setup.jobDesk.get(id)?.state;
  expect(find(`job:start-anyway:${id}`).action).toMatchObject({ kind: 'press', right: 'train' });

  await expect(press(`job:start-anyway:${id}`, bob)).rejects.toThrow(/belongs to/);
  await expect(press('job:start-anyway:1e3', admin)).rejects.toThrow(UserError);
  expect(state()).not.toHaveProperty('evenIfBusy');

  const { replies } = await press(`job:start-anyway:${id}`, alice);
  expect(replies[0]?.content).toContain(`Job ${id} starts when its turn comes`);
  expect(state()).toMatchObject({ name: 'queued', evenIfBusy: true });

  setup.jobDesk.cancel(id, alice);
  await expect(press(`job:start-anyway:${id}`, alice)).rejects.toThrow(/does not wait any more/);
});

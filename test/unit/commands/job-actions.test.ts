import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/domain/user-error.js';
import { actionIds } from '../../../src/views/custom-id.js';
import { admin, alice, bob, openJobs } from '../../helpers/jobs.js';
import { makeTrainPlan } from '../../helpers/train-plan.js';
import { waitFor } from '../../helpers/wait-for.js';
import { openCommands } from './setup.js';

async function startJob(slots: readonly number[]) {
  const setup = await openJobs({ slots });
  const argv = ['python3', '-c', 'import time; time.sleep(60)'] as const;
  const stored = setup.planDesk.propose(makeTrainPlan({ launch: { argv, cwd: '/', env: {} } }), alice);
  await setup.planDesk.confirm(stored.id, alice);
  const [job] = setup.jobDesk.list();
  return { setup, ...openCommands(setup), id: job!.id };
}

describe('Cancel of a job', () => {
  test('that waits ends it at once', async () => {
    const { press, id, setup } = await startJob([]);
    const { replies } = await press(`job:cancel:${id}`, alice);
    expect(replies.map(({ content }) => content)).toEqual([`⏹️ Job ${id} is cancelled.`]);
    expect(setup.jobDesk.get(id)?.state).toMatchObject({ name: 'cancelled', by: alice.userId });
    await expect(press(`job:cancel:${id}`, alice)).rejects.toThrow(/is over/);
  });

  test('that runs asks it to stop, and says no more than that', async () => {
    const { press, id, setup } = await startJob([0]);
    setup.supervisor.start();
    await waitFor(() => setup.jobDesk.get(id)?.state.name === 'running');
    const { replies } = await press(`job:cancel:${id}`, admin);
    expect(replies[0]?.content).toContain(`Job ${id} was asked to stop.`);
    await waitFor(() => setup.jobDesk.get(id)?.state.name === 'cancelled');
  });

  test('by another person is refused', async () => {
    const { press, id, setup } = await startJob([]);
    await expect(press(`job:cancel:${id}`, bob)).rejects.toThrow(UserError);
    expect(setup.jobDesk.get(id)?.state.name).toBe('queued');
  });

  test.each(['', ':0', ':-1', ':1e3', ':99999', ':12abc', `:${'9'.repeat(30)}`, ':1;2'])(
    'forged as job:cancel%s is refused',
    async (rest) => {
      const { press, id, setup } = await startJob([]);
      await expect(press(`job:cancel${rest}`, admin)).rejects.toThrow(UserError);
      expect(setup.jobDesk.get(id)?.state.name).toBe('queued');
    },
  );
});

test('every button and menu that messages carry has an action of its kind', async () => {
  const { find } = openCommands(await openJobs());
  const kinds = Object.entries(actionIds).map(([name, make]) => [
    name,
    find((make as (...args: unknown[]) => string)('7', 7)).action.kind,
  ]);
  const wanted = Object.keys(actionIds).map((name) => [name, 'press']);
  expect(Object.fromEntries(kinds)).toEqual({
    ...Object.fromEntries(wanted),
    editPlan: 'open-modal',
    submitPlanEdit: 'modal',
    uploadNameRepo: 'open-modal',
    submitUploadRepo: 'modal',
  });
});

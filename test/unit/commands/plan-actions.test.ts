import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/domain/user-error.js';
import { checkMessage, checkModal } from '../../helpers/discord-limits.js';
import { admin, alice, bob, openJobs, plainKind, type JobsOptions } from '../../helpers/jobs.js';
import { renderMessage } from '../../helpers/render-message.js';
import { customIds, messageId, openCommands, titleOf } from './setup.js';
import { makeUploadPlan } from '../../helpers/upload-plan.js';

/** A plan of Alice's, shown with its buttons; no slot, so that its job waits. */
async function showPlan(options: JobsOptions = {}, typed: Record<string, string | number> = {}) {
  const setup = await openJobs({ slots: [], ...options });
  const opened = openCommands(setup);
  const { replies } = await opened.type(typed, alice);
  const [start = '', edit = '', cancel = ''] = customIds(replies[0]);
  return { setup, ...opened, start, edit, cancel, id: start.split(':')[2]! };
}

test('the buttons of a plan need the right for its kind', async () => {
  const { setup, find, start } = await showPlan();
  const upload = setup.planDesk.propose(makeUploadPlan(), alice);
  for (const name of ['start', 'edit', 'submit', 'cancel']) {
    const { action } = find(`plan:${name}:`);
    const ids = [start.split(':')[2]!, upload.id, 'unknown'];
    expect(ids.map((id) => action.rightOf?.([id]))).toEqual(['train', 'upload', 'train']);
  }
});

describe('Start', () => {
  test('queues the job, and the message says so without buttons', async () => {
    const { press, start, setup } = await showPlan();
    const { replies, whispers } = await press(start, alice);
    const [job] = setup.jobDesk.list();
    expect(job).toMatchObject({ requestedBy: alice.userId, state: { name: 'queued' } });
    expect(replies.map(titleOf)).toEqual(['✅ Started: kto on rtx']);
    expect(renderMessage(replies[0]!)).toContain(`Started as job ${job!.id} by <@${alice.userId}>`);
    expect(customIds(replies[0])).toEqual([]);
    expect(whispers).toEqual([]);
  });

  test('pressed by two at once starts one job; who came late is told, alone', async () => {
    const { press, start, setup } = await showPlan();
    const answers = await Promise.all([press(start, alice), press(start, admin), press(start, alice)]);
    expect(setup.jobDesk.list()).toHaveLength(1);
    const told = answers.flatMap(({ whispers }) => whispers);
    expect(told).toHaveLength(2);
    for (const message of told) {
      expect(message.content).toMatch(/started already, as job \d+\. By <@1000/);
      expect(checkMessage(message)).toEqual([]);
    }
    for (const { replies } of answers) expect(replies.map(titleOf)).toEqual(['✅ Started: kto on rtx']);
  });

  test('by another person is refused', async () => {
    const { press, start, setup } = await showPlan();
    await expect(press(start, bob)).rejects.toThrow(UserError);
    expect(setup.jobDesk.list()).toEqual([]);
  });

  test('works after a restart', async () => {
    const { setup, start } = await showPlan();
    await setup.close();
    const again = await openJobs({ dataDir: setup.dataDir, slots: [] });
    await openCommands(again).press(start, alice);
    expect(again.jobDesk.list()).toHaveLength(1);
  });

  test('after files changed shows the new plan instead, with what changed', async () => {
    let changes: readonly string[] = ['config.yaml has changed.'];
    const { press, start, setup, id } = await showPlan({
      kinds: plainKind({ compare: () => Promise.resolve(changes) }),
    });
    const first = await press(start, alice);
    expect(setup.jobDesk.list()).toEqual([]);
    expect(renderMessage(first.replies[0]!)).toContain('• config.yaml has changed.');
    const [newStart = ''] = customIds(first.replies[0]);
    expect(newStart).not.toBe(start);

    // The old button, still seen on another device: the new plan is shown, nothing starts.
    const stale = await press(start, alice);
    expect(setup.planDesk.get(id)?.state.name).toBe('replaced');
    expect(customIds(stale.replies[0])[0]).toBe(newStart);
    expect(stale.whispers[0]?.content).toContain('replaced by a newer one');
    expect(setup.jobDesk.list()).toEqual([]);

    changes = [];
    await press(newStart, alice);
    expect(setup.jobDesk.list()).toHaveLength(1);
    expect(setup.planDesk.get(newStart.split(':')[2]!)?.messageId).toBe(messageId);
  });

  test('after 15 minutes says that it expired', async () => {
    let now = Date.now();
    const { press, start, setup } = await showPlan({ clock: () => now });
    now += 15 * 60_000;
    const { replies, whispers } = await press(start, alice);
    expect(replies.map(titleOf)).toEqual(['⌛ Expired: kto on rtx']);
    expect(whispers[0]?.content).toContain('This plan has expired. Nothing was started.');
    expect(setup.jobDesk.list()).toEqual([]);
  });

  test('of a plan that nobody knows is refused', async () => {
    const { press } = await showPlan();
    for (const forged of ['plan:start:nothing', 'plan:start', 'plan:cancel:x', 'plan:start:x:y:z']) {
      await expect(press(forged, admin)).rejects.toThrow(UserError);
    }
  });
});

describe('Cancel', () => {
  test('closes the plan; pressed again it is told', async () => {
    const { press, cancel, start, setup } = await showPlan();
    const first = await press(cancel, alice);
    expect(first.replies.map(titleOf)).toEqual(['⏹️ Cancelled: kto on rtx']);
    expect(first.whispers).toEqual([]);
    for (const id of [cancel, start]) {
      const late = await press(id, alice);
      expect(late.replies.map(titleOf)).toEqual(['⏹️ Cancelled: kto on rtx']);
      expect(late.whispers[0]?.content).toContain('was cancelled');
    }
    expect(setup.jobDesk.list()).toEqual([]);
  });

  test('after Start does not pretend to have stopped anything', async () => {
    const { press, cancel, start, setup } = await showPlan();
    await press(start, alice);
    const { replies, whispers } = await press(cancel, alice);
    expect(replies.map(titleOf)).toEqual(['✅ Started: kto on rtx']);
    expect(whispers[0]?.content).toContain('started already');
    expect(setup.jobDesk.list()[0]?.state.name).toBe('queued');
  });

  test('by another person is refused, by an administrator it works', async () => {
    const { press, cancel } = await showPlan();
    await expect(press(cancel, bob)).rejects.toThrow(UserError);
    const { replies } = await press(cancel, admin);
    expect(renderMessage(replies[0]!)).toContain(`<@${admin.userId}> cancelled it`);
  });
});

describe('Edit', () => {
  const inputs = { dataset: '', epochs: '2', max_steps: '', batch_size: '4', learning_rate: '1e-6' };

  test('opens with the plan’s values and makes a new plan of what was changed', async () => {
    const { openModal, submit, edit, requests, setup, id, press } = await showPlan({}, { epochs: 2 });
    const modal = await openModal(edit, alice);
    expect(checkModal(modal)).toEqual([]);
    const shown = [...JSON.stringify(modal).matchAll(/"value":"([^"]+)"/g)].map(([, value]) => value);
    expect(shown).toEqual(['2', '4', '1e-6']);

    const { replies } = await submit(modal.custom_id, alice, {
      ...inputs,
      learning_rate: ' 5e-7 ',
      max_steps: '100',
    });
    // Untouched values are no overrides; the one typed with the command stays.
    expect(requests[1]?.overrides).toEqual({ epochs: 2, learning_rate: 5e-7, max_steps: 100 });
    expect(setup.planDesk.get(id)?.state.name).toBe('replaced');
    const [newStart = ''] = customIds(replies[0]);
    expect(setup.planDesk.get(newStart.split(':')[2]!)).toMatchObject({
      messageId,
      state: { name: 'open' },
      requestedBy: alice.userId,
    });
    expect(renderMessage(replies[0]!)).toMatch(/Learning rate +5e-7 {2}file: 1e-6/);
    await press(newStart, alice);
    expect(setup.jobDesk.list()).toHaveLength(1);
  });

  test('an emptied value falls back to the file', async () => {
    const { submit, requests, id } = await showPlan({}, { epochs: 2, learning_rate: '5e-7' });
    await submit(`plan:submit:${id}`, alice, { ...inputs, learning_rate: '5e-7', epochs: ' ' });
    expect(requests[1]?.overrides).toEqual({ learning_rate: 5e-7 });
  });

  test.each([
    ['learning_rate', 'much'],
    ['epochs', '1,5'],
    ['batch_size', '0'],
  ])('with %s = %j is refused, and the plan stays as it was', async (key, value) => {
    const { submit, press, start, id, setup } = await showPlan();
    await expect(
      submit(`plan:submit:${id}`, alice, { ...inputs, epochs: '1', [key]: value }),
    ).rejects.toThrow(UserError);
    expect(setup.planDesk.get(id)?.state.name).toBe('open');
    await press(start, alice);
    expect(setup.jobDesk.list()).toHaveLength(1);
  });

  test('by another person is refused, both to open and to send', async () => {
    const { openModal, submit, edit, id } = await showPlan();
    await expect(Promise.resolve().then(() => openModal(edit, bob))).rejects.toThrow(UserError);
    await expect(submit(`plan:submit:${id}`, bob, inputs)).rejects.toThrow(UserError);
  });

  test('of a plan that was started meanwhile changes nothing', async () => {
    const { openModal, submit, press, start, edit, id, setup } = await showPlan();
    await press(start, alice);
    await expect(Promise.resolve().then(() => openModal(edit, alice))).rejects.toThrow(
      /started already, as job/,
    );
    await expect(submit(`plan:submit:${id}`, alice, inputs)).rejects.toThrow(UserError);
    expect(setup.jobDesk.list()).toHaveLength(1);
  });

  test('sent twice at once makes one new plan', async () => {
    const { submit, id, setup } = await showPlan();
    const results = await Promise.allSettled([
      submit(`plan:submit:${id}`, alice, { ...inputs, epochs: '3' }),
      submit(`plan:submit:${id}`, alice, { ...inputs, epochs: '4' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const open = setup.db.prepare("SELECT count(*) AS plans FROM plans WHERE state = 'open'").get();
    expect(open).toEqual({ plans: 1 });
  });
});

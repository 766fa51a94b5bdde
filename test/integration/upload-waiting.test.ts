import { describe, expect, it } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import { makeHub, unknownToken } from '../helpers/hub.js';
import { admin, alice, bob } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import {
  createMovedClock,
  expectVerified,
  openUploads,
  planUpload,
  planAgain,
} from '../helpers/upload-jobs.js';
import { trainOnce } from '../helpers/upload-program.js';

const trained = trainOnce();
describe('an upload that waits for its next try', () => {
  async function setUp() {
    const hub = await makeHub();
    const clock = createMovedClock();
    const uploads = await openUploads({ hub, clock: clock.now });
    uploads.supervisor.start();
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, count: 1 });
    const id = await uploads.confirm(await planUpload(trained));
    const job = await uploads.until(id, (state) => state.name === 'queued' && state.retry !== undefined);
    const retry = job.state.name === 'queued' ? job.state.retry : undefined;
    return { hub, clock, uploads, id, retry };
  }

  it.each(['giveUp', 'cancel'] as const)(
    'has failed for its last reason once somebody gave up (%s)',
    async (how) => {
      const { hub, clock, uploads, id, retry } = await setUp();
      expect(() => uploads.jobDesk[how](id, bob)).toThrow('belongs to');
      const job = uploads.jobDesk[how](id, admin);
      expect(job.state).toMatchObject({
        name: 'failed',
        failure: { code: 'upload-network', message: retry?.why },
        gaveUpBy: admin.userId,
      });
      expect(() => uploads.jobDesk.giveUp(id, alice)).toThrow('does not wait for another try');
      expect(uploads.notices.listPending(10)).toHaveLength(1);
      const by = uploads.db
        .prepare('SELECT user_id FROM audit WHERE job_id = ? ORDER BY id DESC')
        .pluck()
        .get(id);
      expect(by).toBe(admin.userId);
      const arrived = hub.arrived.length;
      clock.moveTo(retry?.notBefore ?? 0);
      await uploads.supervisor.tick();
      expect(uploads.jobs.get(id)?.state.name).toBe('failed');
      expect(hub.arrived).toHaveLength(arrived);
      const again = await planAgain(uploads, id);
      await expectVerified(uploads, hub, again, await uploads.confirm(again));
    },
  );

  it('lets another go before it', async () => {
    const { hub, uploads, id } = await setUp();
    const other = await planUpload(trained, { repoId: 'tess/other' });
    await expectVerified(uploads, hub, other, await uploads.confirm(other));
    expect(uploads.jobs.get(id)?.state.name).toBe('queued');
  });

  it('is held, released and stays with its try', async () => {
    const { clock, uploads, id, retry } = await setUp();
    uploads.jobDesk.hold(id, admin);
    clock.moveTo(retry?.notBefore ?? 0);
    await uploads.supervisor.tick();
    expect(uploads.jobs.get(id)?.state).toMatchObject({ name: 'queued', retry });
    uploads.jobDesk.release(id, admin);
    expect((await uploads.until(id, isEnded)).state.name).toBe('succeeded');
  });
});

it('begins no upload while the Hub cannot be asked, and tries again', async () => {
  const hub = await makeHub();
  const clock = createMovedClock();
  const uploads = await openUploads({ hub, clock: clock.now, askAtStart: true });
  hub.faults.add({ kind: 'status', status: 503, method: 'GET', count: 1 });
  uploads.supervisor.start();
  const plan = await planUpload(trained);
  const id = await uploads.confirm(plan);
  const job = await uploads.until(id, (state) => state.name === 'queued' && state.retry !== undefined);
  expect(job.attempts).toBe(0);
  expect(job.state).toMatchObject({
    retry: { next: 2, why: expect.stringContaining('Nothing was started') },
  });
  clock.moveTo(job.state.name === 'queued' ? (job.state.retry?.notBefore ?? 0) : 0);
  await expectVerified(uploads, hub, plan, id);
});

it('begins no upload with a token that the Hub does not know', async () => {
  const hub = await makeHub();
  const uploads = await openUploads({ hub, token: unknownToken, askAtStart: true });
  uploads.supervisor.start();
  const { state, attempts } = await uploads.until(await uploads.confirm(await planUpload(trained)), isEnded);
  expect(attempts).toBe(0);
  expect(state).toMatchObject({ name: 'failed', failure: { code: 'upload-refused' } });
  expect(JSON.stringify(state)).toContain('Nothing was started');
});

it('of three together the second fails: the others are uploaded, and a retry repeats it alone', async () => {
  const hub = await makeHub();
  const uploads = await openUploads({ hub });
  uploads.supervisor.start();
  const plans = await Promise.all(
    ['tess/mini-step-1', 'tess/mini-step-2', 'tess/mini-step-3'].map((repoId) =>
      planUpload(trained, { repoId }),
    ),
  );
  hub.faults.add({ kind: 'status', status: 403, path: /mini-step-2\/commit\// });
  const batch = { kind: 'upload-batch', uploads: plans, findings: [] } as const;
  const confirmed = await uploads.planDesk.confirm(uploads.planDesk.propose(batch, alice).id, alice);
  const ids = confirmed.outcome === 'confirmed' ? confirmed.jobs.map(({ id }) => id) : [];
  const [first = 0, second = 0, third = 0] = ids;
  const [one, two, three] = plans;
  await expectVerified(uploads, hub, one!, first);
  expect((await uploads.until(second, isEnded)).state).toMatchObject({
    name: 'failed',
    failure: { code: 'upload-refused' },
  });
  await expectVerified(uploads, hub, three!, third);
  // One after another: each began after the one before was over.
  const order = uploads.db
    .prepare("SELECT job_id FROM job_events WHERE to_state IN ('running', 'succeeded', 'failed') ORDER BY id")
    .pluck()
    .all();
  expect(order).toEqual([first, first, second, second, third, third]);

  hub.faults.clear();
  const commits = (repoId: string) => hub.repos.find('model', repoId)?.commits.length;
  const before = [commits(one!.repoId), commits(three!.repoId)];
  const again = await planAgain(uploads, second);
  await expectVerified(uploads, hub, again, await uploads.confirm(again));
  expect(again.repoId).toBe(two!.repoId);
  expect([commits(one!.repoId), commits(three!.repoId)]).toEqual(before);
});

describe('beside a training', () => {
  const training = makeTrainPlan({
    launch: { argv: ['python3', '-c', 'import time; time.sleep(60)'], cwd: '/', env: {} },
  });

  it('an adapter is uploaded, a merge waits for the GPU and says for whom', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, slots: [0] });
    uploads.supervisor.start();
    const confirmed = await uploads.planDesk.confirm(uploads.planDesk.propose(training, alice).id, alice);
    const trainingId = confirmed.outcome === 'confirmed' ? (confirmed.jobs[0]?.id ?? 0) : 0;
    await uploads.until(trainingId, ({ name }) => name === 'running');
    const merge = await planUpload(trained, { saveMethod: 'merged_4bit', repoId: 'tess/merged' });
    const mergeId = await uploads.confirm(merge);
    const waiting = await uploads.until(
      mergeId,
      (state) => state.name === 'queued' && state.wait !== undefined,
    );
    expect(waiting.state).toMatchObject({
      wait: `job ${trainingId} has the GPU for a training`,
      behind: trainingId,
    });
    const adapter = await planUpload(trained);
    await expectVerified(uploads, hub, adapter, await uploads.confirm(adapter));
    expect(uploads.jobs.get(mergeId)?.state.name).toBe('queued');
    uploads.jobDesk.cancel(trainingId, alice);
    await expectVerified(uploads, hub, merge, mergeId);
  });

  it('another upload waits for the one that runs and says so', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, env: { MINI_UPLOAD_FAULT: 'freeze@push' } });
    uploads.supervisor.start();
    const first = await uploads.confirm(await planUpload(trained));
    await uploads.until(first, ({ name }) => name === 'running');
    const second = await uploads.confirm(await planUpload(trained, { repoId: 'tess/two' }));
    const job = await uploads.until(second, (state) => state.name === 'queued' && state.wait !== undefined);
    expect(job.state).toMatchObject({ wait: `the upload of job ${first} comes first: one runs at a time` });
    uploads.env['MINI_UPLOAD_FAULT'] = '';
    uploads.jobDesk.cancel(first, alice);
    expect((await uploads.until(second, isEnded)).state.name).toBe('succeeded');
  });
});

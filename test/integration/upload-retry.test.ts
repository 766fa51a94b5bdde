import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import { hubTokens, makeHub, unknownToken, type RunningHub } from '../helpers/hub.js';
import { admin, alice, bob } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import {
  createMovedClock,
  expectVerified,
  openUploads,
  planUpload,
  type Uploads,
} from '../helpers/upload-jobs.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';

const trained = trainOnce();
const bytes = /^\/lfs-upload\//;

/** The plan that a person gets who presses Retry. */
async function planAgain(uploads: Uploads, id: number): Promise<UploadPlan> {
  const plan = await uploads.kind.replan(uploads.jobs.get(id)!.plan);
  if (plan.kind !== 'upload') throw new Error(plan.kind);
  return plan;
}

async function failOnce(over: Parameters<typeof planUpload>[1], spoil: (hub: RunningHub) => void) {
  const hub = await makeHub();
  const uploads = await openUploads({ hub });
  uploads.supervisor.start();
  spoil(hub);
  const plan = await planUpload(trained, over);
  const id = await uploads.confirm(plan);
  expect((await uploads.until(id, isEnded)).state.name).toBe('failed');
  hub.faults.clear();
  return { hub, uploads, plan, id };
}

const outputOf = ({ dataDir }: Uploads, id: number) =>
  readFileSync(join(dataDir, 'jobs', String(id), 'attempt-1', 'output.log'), 'utf8');

describe('a retry by hand', () => {
  it('pushes the one file that a commit forgot, and no byte of the others', async () => {
    const { hub, uploads, id } = await failOnce({ saveMethod: 'merged_4bit' }, ({ faults }) =>
      faults.add({ kind: 'forget', file: /^tokenizer\.json$/ }),
    );
    const again = await planAgain(uploads, id);
    expect(again.made).toBe(true);
    const [arrived, commits] = [hub.arrived.length, hub.repos.find('model', repo)?.commits.length ?? 0];
    await expectVerified(uploads, hub, again, await uploads.confirm(again));
    expect(hub.arrived.slice(arrived).filter(({ path }) => bytes.test(path))).toEqual([]);
    const made = hub.repos.find('model', repo)?.commits.slice(commits - 1) ?? [];
    expect(made).toHaveLength(2);
    const [before, after] = made.map(({ files }) => files);
    expect(
      [...(after?.values() ?? [])].filter((file) => before?.get(file.path) !== file).map(({ path }) => path),
    ).toEqual(['tokenizer.json']);
  });

  it('merges nothing again, and needs no GPU', async () => {
    const { hub, uploads, id } = await failOnce({ saveMethod: 'merged_16bit' }, ({ faults }) =>
      faults.add({ kind: 'status', status: 403, path: /\/preupload\// }),
    );
    const training = makeTrainPlan({
      launch: { argv: ['python3', '-c', 'import time; time.sleep(60)'], cwd: '/', env: {} },
    });
    const confirmed = await uploads.planDesk.confirm(uploads.planDesk.propose(training, alice).id, alice);
    const trainingId = confirmed.outcome === 'confirmed' ? (confirmed.jobs[0]?.id ?? 0) : 0;
    await uploads.until(trainingId, ({ name }) => name === 'running');
    const again = await planAgain(uploads, id);
    const next = await uploads.confirm(again);
    await expectVerified(uploads, hub, again, next);
    expect(outputOf(uploads, next)).not.toContain('Merging');
    expect(uploads.jobs.get(trainingId)?.state.name).toBe('running');
  });

  it('pushes nothing where all is there, and only looks', async () => {
    const { hub, uploads, id } = await failOnce({}, ({ faults }) =>
      faults.add({ kind: 'status', status: 403, method: 'GET', path: /\/tree\// }),
    );
    const again = await planAgain(uploads, id);
    const before = hub.repos.find('model', repo)?.commits.length ?? 0;
    const next = await uploads.confirm(again);
    await expectVerified(uploads, hub, again, next);
    expect(hub.repos.find('model', repo)?.commits).toHaveLength(before);
    expect(outputOf(uploads, next)).toContain('Files to push: 0 of ');
  });

  it('runs the program where it had not made everything', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, env: { MINI_UPLOAD_FAULT: 'oom@merge' } });
    uploads.supervisor.start();
    const id = await uploads.confirm(await planUpload(trained, { saveMethod: 'merged_4bit' }));
    await uploads.until(id, isEnded);
    uploads.env['MINI_UPLOAD_FAULT'] = '';
    const again = await planAgain(uploads, id);
    expect(again.made).toBeUndefined();
    await expectVerified(uploads, hub, again, await uploads.confirm(again));
  });

  it('runs the program where what was made is gone, and starts nothing where it went after the press', async () => {
    const { hub, uploads, plan, id } = await failOnce({ saveMethod: 'merged_4bit' }, ({ faults }) =>
      faults.add({ kind: 'status', status: 403, path: /\/preupload\// }),
    );
    const again = await planAgain(uploads, id);
    rmSync(join(plan.outputDir ?? '', 'merged-4bit', 'model.safetensors'));
    const { state } = await uploads.until(await uploads.confirm(again), isEnded);
    expect(state).toMatchObject({ name: 'failed', failure: { code: 'plan-changed' } });
    const anew = await planAgain(uploads, id);
    expect(anew.made).toBeUndefined();
    await expectVerified(uploads, hub, anew, await uploads.confirm(anew));
  });

  it('goes on where a cancellation met the push', async () => {
    const hub = await makeHub();
    const uploads = await openUploads({ hub, env: { MINI_UPLOAD_FAULT: 'freeze@push' } });
    uploads.supervisor.start();
    const id = await uploads.confirm(await planUpload(trained, { saveMethod: 'merged_4bit' }));
    await uploads.until(id, ({ name }) => name === 'running');
    await uploads.untilStage(id, 'push');
    uploads.jobDesk.cancel(id, alice);
    expect((await uploads.until(id, isEnded)).state.name).toBe('cancelled');
    expect(filesOn(hub)).toEqual([]);
    const again = await planAgain(uploads, id);
    expect(again.made).toBe(true);
    await expectVerified(uploads, hub, again, await uploads.confirm(again));
  });
});

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

it('goes on after a token was revoked and put right, without sending what is there', async () => {
  const hub = await makeHub();
  const uploads = await openUploads({ hub, env: { MINI_UPLOAD_RATE: '20000' } });
  uploads.supervisor.start();
  const id = await uploads.confirm(await planUpload(trained));
  await uploads.untilStage(id, 'push');
  hub.tokens.revoke(hubTokens.write.value);
  expect((await uploads.until(id, isEnded)).state).toMatchObject({ failure: { code: 'upload-refused' } });
  hub.tokens.add(hubTokens.write);
  const again = await planAgain(uploads, id);
  await expectVerified(uploads, hub, again, await uploads.confirm(again));
  expect(hub.arrived.filter(({ path, status }) => bytes.test(path) && status === 200)).toHaveLength(1);
});

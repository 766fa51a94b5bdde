import { rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeHub } from '../helpers/hub.js';
import { createMovedClock, expectVerified, openUploads, planUpload } from '../helpers/upload-jobs.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
const bytes = /^\/lfs-upload\//;
const slowly = { MINI_UPLOAD_RATE: '100000' };

/** A bot, and the same started again on its data. */
async function setUp(env: Record<string, string> = {}) {
  const hub = await makeHub();
  const clock = createMovedClock();
  const options = { hub, clock: clock.now, env };
  const before = await openUploads(options);
  const plan = await planUpload(trained, { saveMethod: 'merged_4bit' });
  const id = await before.confirm(plan);
  return {
    hub,
    clock,
    before,
    plan,
    id,
    async restart(over: Partial<Parameters<typeof openUploads>[0]> = {}) {
      await before.close();
      const after = await openUploads({ ...options, ...over, dataDir: before.dataDir });
      after.supervisor.start();
      return after;
    },
  };
}

describe('a restart of the bot', () => {
  it('between the confirmation and the push', async () => {
    const { hub, id, plan, restart } = await setUp();
    const after = await restart();
    await expectVerified(after, hub, plan, id);
    expect(after.jobs.get(id)?.attempts).toBe(1);
  });

  it('in mid-push: the program goes on, and nothing is sent twice', async () => {
    const { hub, id, plan, before, restart } = await setUp(slowly);
    before.supervisor.start();
    await waitFor(async () => ((await before.jobDesk.snapshot(id))?.progress.upload?.sentBytes ?? 0) > 0);
    const after = await restart();
    expect((await after.jobDesk.snapshot(id))?.progress.upload).toMatchObject({ stage: 'push', attempt: 1 });
    await expectVerified(after, hub, plan, id);
    expect(after.jobs.get(id)?.attempts).toBe(1);
    expect(hub.arrived.filter(({ path }) => bytes.test(path))).toHaveLength(1);
  });

  it('in mid-push, which broke while nobody watched', async () => {
    const { hub, id, plan, before, clock, restart } = await setUp(slowly);
    hub.faults.add({ kind: 'status', status: 503, path: /\/commit\//, count: 1 });
    before.supervisor.start();
    await waitFor(async () => ((await before.jobDesk.snapshot(id))?.progress.upload?.sentBytes ?? 0) > 0);
    await before.supervisor.stop();
    await waitFor(() => hub.arrived.some(({ path, status }) => /\/commit\//.test(path) && status === 503));
    const after = await restart();
    const job = await after.until(id, (state) => state.name === 'queued' && state.retry?.next === 2);
    clock.moveTo(job.state.name === 'queued' ? (job.state.retry?.notBefore ?? 0) : 0);
    await expectVerified(after, hub, plan, id);
    expect(hub.arrived.filter(({ path }) => bytes.test(path))).toHaveLength(1);
  });

  it('while it waits for its next try, whose time stays', async () => {
    const { hub, id, plan, before, clock, restart } = await setUp();
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, count: 1 });
    before.supervisor.start();
    const waiting = await before.until(id, (state) => state.name === 'queued' && state.retry !== undefined);
    const after = await restart();
    await after.supervisor.tick();
    expect(after.jobs.get(id)?.state).toEqual(waiting.state);
    expect((await after.jobDesk.snapshot(id))?.progress.upload).toMatchObject({ attempt: 1, attempts: 5 });
    clock.moveTo(waiting.state.name === 'queued' ? (waiting.state.retry?.notBefore ?? 0) : 0);
    await expectVerified(after, hub, plan, id);
    expect(after.jobs.get(id)?.attempts).toBe(2);
  });

  it('while the Hub is asked what it holds', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const hub = await makeHub();
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const before = await openUploads({ hub, lookAt: { endpoint, limitMs: 600_000 } });
    before.supervisor.start();
    const plan = await planUpload(trained);
    const id = await before.confirm(plan);
    await waitFor(async () => (await before.jobDesk.snapshot(id))?.progress.upload?.stage === 'verify');
    await before.close();
    const after = await openUploads({ hub, dataDir: before.dataDir });
    after.supervisor.start();
    await expectVerified(after, hub, plan, id);
    expect(after.jobs.get(id)?.attempts).toBe(1);
  });

  it('before the next try, while the files that were made were removed: they are made again', async () => {
    const { hub, id, plan, before, clock, restart } = await setUp();
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, count: 1 });
    before.supervisor.start();
    const waiting = await before.until(id, (state) => state.name === 'queued' && state.retry?.made === true);
    rmSync(join(plan.outputDir ?? '', 'merged-4bit'), { recursive: true });
    const after = await restart();
    clock.moveTo(waiting.state.name === 'queued' ? (waiting.state.retry?.notBefore ?? 0) : 0);
    await expectVerified(after, hub, plan, id);
    expect(filesOn(hub, repo).length).toBeGreaterThan(3);
  });
});

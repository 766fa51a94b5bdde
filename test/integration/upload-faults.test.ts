import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { HubFault } from '../../sandbox/hub/faults.js';
import { isEnded, type Job } from '../../src/domain/job.js';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import { hubTokens, makeHub, unknownToken, type RunningHub } from '../helpers/hub.js';
import {
  createMovedClock,
  expectVerified,
  openUploads,
  planHubUpload,
  planUpload,
  type Uploads,
} from '../helpers/upload-jobs.js';
import { alice } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
const bytes = /^\/lfs-upload\//;
const minute = 60_000;

const stages = ['merge', 'push', 'convert', 'files', 'card'] as const;
const fault = (text: string) => ({ MINI_UPLOAD_FAULT: text });
const withGguf = { quantizations: ['Q4_K_M'], saveMethod: 'merged_16bit' } as const;

async function setUp(over: Partial<UploadPlan> = {}, env: Record<string, string> = {}) {
  const hub = await makeHub();
  const clock = createMovedClock();
  const uploads = await openUploads({ hub, clock: clock.now, env });
  uploads.supervisor.start();
  const plan = await planUpload(trained, over);
  return { hub, clock, uploads, plan, begin: () => uploads.confirm(plan) };
}

const ended = (uploads: Uploads, id: number) => uploads.until(id, isEnded);
const isAt = async ({ jobDesk }: Uploads, id: number, stage: string) =>
  (await jobDesk.snapshot(id))?.progress.upload?.stage === stage;
const waiting = (uploads: Uploads, id: number, next = 2) =>
  uploads.until(id, (state) => state.name === 'queued' && state.retry?.next === next);

function retryOf(job: Job) {
  if (job.state.name !== 'queued' || !job.state.retry) throw new Error(`no retry: ${job.state.name}`);
  return job.state.retry;
}

const sentBytes = (hub: RunningHub, from = 0) =>
  hub.arrived.slice(from).filter(({ path, status }) => bytes.test(path) && status === 200);
const outputOf = ({ dataDir }: Uploads, id: number, attempt: number) =>
  readFileSync(join(dataDir, 'jobs', String(id), `attempt-${attempt}`, 'output.log'), 'utf8');

describe('what is hopeless ends at once, with its reason', () => {
  test.each<[string, Record<string, string>, string, RegExp]>([
    ['an unknown token', { HF_TOKEN: unknownToken }, 'upload-refused', /^The Hub refused: .*\b401\b/],
    ['a read token', { HF_TOKEN: hubTokens.read.value }, 'upload-refused', /^The Hub refused: .*\b403\b/],
    ['no token', { HF_TOKEN: '' }, 'upload-refused', /token required/],
    ...stages.flatMap((stage): [string, Record<string, string>, string, RegExp][] => [
      [`no memory at ${stage}`, fault(`oom@${stage}`), 'out-of-memory', /CUDA out of memory/],
      [`a full disk at ${stage}`, fault(`disk-full@${stage}`), 'disk-full', /No space left/],
      [`a crash at ${stage}`, fault(`crash@${stage}`), 'exit-code', /AssertionError: MINI_/],
    ]),
  ])('%s', async (_what, env, code, said) => {
    const { uploads, begin } = await setUp(withGguf, env);
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code }, exitCode: 1 });
    expect(job.state.name === 'failed' && job.state.failure.message).toMatch(said);
    expect(job.attempts).toBe(1);
    expect(uploads.notices.listPending(10)).toHaveLength(1);
  });
});

describe('what passes is tried again, and then told as uploaded', () => {
  const places = [/\/repos\/create$/, /\/preupload\//, /\/objects\/batch$/, bytes, /\/verify$/, /\/commit\//];
  const kinds: readonly [string, HubFault][] = [
    ['503', { kind: 'status', status: 503 }],
    ['429', { kind: 'status', status: 429 }],
    ['a lost answer', { kind: 'lost' }],
    ['a cut', { kind: 'cut', afterBytes: 1 }],
  ];
  test.each(kinds.flatMap(([name, fault]) => places.map((path) => [name, path, fault] as const)))(
    '%s at %s',
    async (_name, path, fault) => {
      const { hub, clock, uploads, plan, begin } = await setUp();
      hub.faults.add({ ...fault, path, count: 1 });
      const id = await begin();
      const job = await waiting(uploads, id);
      const retry = retryOf(job);
      expect(retry).toMatchObject({ next: 2, of: 5, code: 'upload-network', made: true });
      expect(Math.abs(retry.notBefore - clock.now() - minute)).toBeLessThan(10_000);
      expect(uploads.notices.listPending(10)).toEqual([]);
      // Nothing is tried before its time: a tick of the supervisor later it waits still.
      await uploads.supervisor.tick();
      expect(uploads.jobs.get(id)?.state.name).toBe('queued');

      const before = hub.arrived.length;
      const sent = sentBytes(hub).length;
      clock.moveTo(retry.notBefore);
      await expectVerified(uploads, hub, plan, id);
      // Only what was not done: bytes that the Hub has are not sent again.
      const cameUnanswered = fault.kind === 'lost' && path === bytes;
      expect(sent + sentBytes(hub, before).length).toBe(cameUnanswered ? 0 : 1);
      expect(outputOf(uploads, id, 2)).not.toContain('UPLOAD ORCHESTRATOR');
    },
  );

  test.each([/\/repos\/create$/, /\/preupload\//, bytes, /\/commit\//])(
    'with GGUF still to be made, from the program, which sends nothing twice: 503 at %s',
    async (path) => {
      const { hub, clock, uploads, plan, begin } = await setUp(withGguf);
      hub.faults.add({ kind: 'status', status: 503, path, count: 1 });
      const id = await begin();
      const retry = retryOf(await waiting(uploads, id));
      expect(retry.made).toBeUndefined();
      clock.moveTo(retry.notBefore);
      await expectVerified(uploads, hub, plan, id);
      // The merged model, the base file, the quantization.
      expect(sentBytes(hub)).toHaveLength(3);
    },
  );

  it('while GGUF files are pushed: the rest alone, and nothing is made again', async () => {
    const { hub, clock, uploads, plan, begin } = await setUp(withGguf);
    // After the model and the base file.
    hub.faults.add({ kind: 'cut', afterBytes: 50_000, path: bytes, skip: 2, count: 1 });
    const id = await begin();
    const retry = retryOf(await waiting(uploads, id));
    expect(retry.made).toBe(true);
    clock.moveTo(retry.notBefore);
    await expectVerified(uploads, hub, plan, id);
    expect(sentBytes(hub)).toHaveLength(3);
    expect(outputOf(uploads, id, 2)).not.toContain('Merging');
    expect(outputOf(uploads, id, 2)).toContain('Uploading mini-Q4_K_M.gguf: 100%');
  });

  it('as long after as the Hub asks, also where its program alone was told', async () => {
    const { hub, clock, uploads, plan, begin } = await setUp();
    hub.faults.add({ kind: 'status', status: 429, retryAfterSeconds: 600, path: /\/preupload\//, count: 2 });
    const id = await begin();
    const first = retryOf(await waiting(uploads, id));
    expect(first.why).toContain('Retry after 600 seconds');
    expect(Math.abs(first.notBefore - clock.now() - 10 * minute)).toBeLessThan(10_000);
    clock.moveTo(first.notBefore);
    const second = retryOf(await waiting(uploads, id, 3));
    expect(Math.abs(second.notBefore - clock.now() - 10 * minute)).toBeLessThan(10_000);
    clock.moveTo(second.notBefore);
    await expectVerified(uploads, hub, plan, id);
  });

  it('five times in a quarter of an hour, and then it has failed', async () => {
    const { hub, clock, uploads, begin } = await setUp();
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\// });
    const began = clock.now();
    const id = await begin();
    const waits: number[] = [];
    for (const next of [2, 3, 4, 5]) {
      const retry = retryOf(await waiting(uploads, id, next));
      waits.push(Math.round((retry.notBefore - clock.now()) / minute));
      expect((await uploads.jobDesk.snapshot(id))?.progress.upload).toMatchObject({
        attempt: next - 1,
        attempts: 5,
      });
      clock.moveTo(retry.notBefore);
    }
    const job = await ended(uploads, id);
    expect(waits).toEqual([1, 2, 4, 8]);
    expect(Math.round((clock.now() - began) / minute)).toBe(15);
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-network' } });
    expect(job.state.name === 'failed' && job.state.failure.message).toMatch(/503.* It was tried 5 times\.$/);
    expect(uploads.notices.listPending(10)).toHaveLength(1);
    expect(filesOn(hub)).toEqual([]);
  });

  it('also where the Hub cannot be asked what it holds, without pushing again', async () => {
    const { hub, clock, uploads, plan, begin } = await setUp();
    hub.faults.add({ kind: 'status', status: 503, method: 'GET', path: /\/tree\//, count: 1 });
    const id = await begin();
    const retry = retryOf(await waiting(uploads, id));
    expect(retry.why).toMatch(/^It was pushed, but the Hub could not be asked what it holds: .*503/);
    const before = hub.repos.find('model', repo)?.commits.length;
    clock.moveTo(retry.notBefore);
    await expectVerified(uploads, hub, plan, id);
    expect(hub.repos.find('model', repo)?.commits).toHaveLength(before ?? 0);
    expect(sentBytes(hub)).toHaveLength(1);
  });

  it('also for GGUF of a repository on the Hub, which is not made again', async () => {
    const { hub, clock, uploads, plan, begin } = await setUp({ saveMethod: 'merged_4bit' });
    await expectVerified(uploads, hub, plan, await begin());
    hub.faults.add({ kind: 'status', status: 503, method: 'GET', path: /mini-GGUF\/tree\//, count: 1 });
    const id = await uploads.confirm(planHubUpload(plan, ['Q4_K_M']));
    const retry = retryOf(await waiting(uploads, id));
    expect(retry.made).toBe(true);
    const sent = sentBytes(hub).length;
    clock.moveTo(retry.notBefore);
    const { state } = await ended(uploads, id);
    expect(state).toMatchObject({ name: 'succeeded', upload: { repoId: `${repo}-GGUF` } });
    expect(sentBytes(hub)).toHaveLength(sent);
    expect(outputOf(uploads, id, 2)).not.toContain('Quantizing');
  });

  it('also a document that the program could not push and went on without', async () => {
    const { hub, clock, uploads, plan, begin } = await setUp();
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, skip: 3, count: 1 });
    const id = await begin();
    const retry = retryOf(await waiting(uploads, id));
    expect(retry).toMatchObject({ made: true, why: expect.stringContaining('503') });
    clock.moveTo(retry.notBefore);
    await expectVerified(uploads, hub, plan, id);
  });

  it('slowly is no failure', async () => {
    const { hub, uploads, plan, begin } = await setUp();
    hub.faults.add({ kind: 'slow', bytesPerSecond: 40_000, path: bytes });
    const id = await begin();
    await expectVerified(uploads, hub, plan, id);
  });
});

describe('what the Hub does not hold as it was made is told', () => {
  test.each<[string, HubFault, RegExp]>([
    [
      'a byte',
      { kind: 'corrupt', dropBytes: 0, path: bytes },
      /adapter_model\.safetensors has another content/,
    ],
    [
      'bytes',
      { kind: 'corrupt', dropBytes: 7, path: bytes },
      /adapter_model\.safetensors has \d+ of \d+ bytes/,
    ],
    ['a file', { kind: 'forget', file: /^tokenizer\.json$/ }, /tokenizer\.json is missing/],
    ['the weights', { kind: 'forget', file: /\.safetensors$/ }, /adapter_model\.safetensors is missing/],
    ['a document', { kind: 'forget', file: /manifest/ }, /upload_manifest\.json is missing/],
  ])('%s', async (_what, fault, said) => {
    const { hub, uploads, begin } = await setUp();
    hub.faults.add(fault);
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-incomplete' } });
    expect(job.state.name === 'failed' && job.state.failure.message).toMatch(said);
    expect(job.attempts).toBe(1);
  });

  it('a quantization that could not be made', async () => {
    const { uploads, begin } = await setUp({ saveMethod: 'lora', quantizations: ['Q4_K_M', 'Q9_X'] });
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-incomplete' } });
    expect(job.state.name === 'failed' && job.state.failure.message).toContain("invalid ftype 'Q9_X'");
  });
});

describe('a cancellation', () => {
  test.each(stages)('frees an upload that hangs at %s', async (stage) => {
    const { uploads, begin } = await setUp(withGguf, fault(`freeze@${stage}`));
    const id = await begin();
    await waitFor(() => isAt(uploads, id, stage));
    uploads.jobDesk.cancel(id, alice);
    const job = await ended(uploads, id);
    expect(job.state).toMatchObject({ name: 'cancelled', how: 'interrupted' });
  });

  it('ends a push of what is missing', async () => {
    const { hub, clock, uploads, begin } = await setUp({ saveMethod: 'merged_4bit' });
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, count: 1 });
    const id = await begin();
    const { notBefore } = retryOf(await waiting(uploads, id));
    hub.faults.add({ kind: 'slow', bytesPerSecond: 20_000, path: bytes });
    clock.moveTo(notBefore);
    await waitFor(async () => ((await uploads.jobDesk.snapshot(id))?.progress.upload?.sentBytes ?? 0) > 0);
    expect((await uploads.jobDesk.snapshot(id))?.progress.upload).toMatchObject({
      stages: ['push', 'verify'],
      stage: 'push',
      item: 'model.safetensors',
      attempt: 2,
    });
    uploads.jobDesk.cancel(id, alice);
    const job = await ended(uploads, id);
    expect(job.state).toMatchObject({ name: 'cancelled', how: 'interrupted' });
    expect(outputOf(uploads, id, 2)).toContain('Interrupted by user.');
    expect(filesOn(hub)).toEqual([]);
  });

  it('does not wait for long for a Hub that does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const hub = await makeHub();
    const clock = createMovedClock();
    const uploads = await openUploads({
      hub,
      clock: clock.now,
      lookAt: { endpoint: `http://127.0.0.1:${port}`, limitMs: 600_000 },
    });
    uploads.supervisor.start();
    const id = await uploads.confirm(await planUpload(trained));
    await waitFor(() => isAt(uploads, id, 'verify'));
    // Other jobs go on meanwhile: the supervisor's looks do not wait for the Hub.
    const other = await uploads.planDesk.confirm(
      uploads.planDesk.propose(makeTrainPlan({ launch: { argv: ['/bin/true'], cwd: '/', env: {} } }), alice)
        .id,
      alice,
    );
    const otherId = other.outcome === 'confirmed' ? (other.jobs[0]?.id ?? 0) : 0;
    await uploads.until(otherId, ({ name }) => name === 'succeeded');
    expect(uploads.jobs.get(id)?.state.name).toBe('running');
    uploads.jobDesk.cancel(id, alice);
    clock.moveTo(clock.now() + minute);
    expect((await ended(uploads, id)).state).toMatchObject({ name: 'cancelled', how: 'interrupted' });
  });
});

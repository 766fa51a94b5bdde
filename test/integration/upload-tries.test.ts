import { describe, expect, it, test } from 'vitest';
import type { HubFault } from '../../sandbox/hub/faults.js';
import { expectVerified, planHubUpload } from '../helpers/upload-jobs.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';
import {
  bytes,
  ended,
  makeTries,
  minute,
  outputOf,
  retryOf,
  sentBytes,
  waiting,
  withGguf,
} from '../helpers/upload-tries.js';

const trained = trainOnce();
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
      const { hub, clock, uploads, plan, begin } = await makeTries(trained);
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
      const { hub, clock, uploads, plan, begin } = await makeTries(trained, withGguf);
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
    const { hub, clock, uploads, plan, begin } = await makeTries(trained, withGguf);
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
    const { hub, clock, uploads, plan, begin } = await makeTries(trained);
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
    const { hub, clock, uploads, begin } = await makeTries(trained);
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
    const { hub, clock, uploads, plan, begin } = await makeTries(trained);
    hub.faults.add({ kind: 'status', status: 503, method: 'GET', path: /\/tree\//, count: 1 });
    const id = await begin();
    const retry = retryOf(await waiting(uploads, id));
    expect(retry.why).toMatch(/^It was pushed, but could not be compared with the Hub: .*503/);
    const before = hub.repos.find('model', repo)?.commits.length;
    clock.moveTo(retry.notBefore);
    await expectVerified(uploads, hub, plan, id);
    expect(hub.repos.find('model', repo)?.commits).toHaveLength(before ?? 0);
    expect(sentBytes(hub)).toHaveLength(1);
  });

  it('also for GGUF of a repository on the Hub, which is not made again', async () => {
    const { hub, clock, uploads, plan, begin } = await makeTries(trained, { saveMethod: 'merged_4bit' });
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
    const { hub, clock, uploads, plan, begin } = await makeTries(trained);
    hub.faults.add({ kind: 'status', status: 503, path: /\/preupload\//, skip: 3, count: 1 });
    const id = await begin();
    const retry = retryOf(await waiting(uploads, id));
    expect(retry).toMatchObject({ made: true, why: expect.stringContaining('503') });
    clock.moveTo(retry.notBefore);
    await expectVerified(uploads, hub, plan, id);
  });

  it('slowly is no failure', async () => {
    const { hub, uploads, plan, begin } = await makeTries(trained);
    hub.faults.add({ kind: 'slow', bytesPerSecond: 40_000, path: bytes });
    const id = await begin();
    await expectVerified(uploads, hub, plan, id);
  });
});

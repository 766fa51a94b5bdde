import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { HubFault } from '../../sandbox/hub/faults.js';
import { hubTokens, makeHub, unknownToken } from '../helpers/hub.js';
import { alice } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { createMovedClock, openUploads, planUpload } from '../helpers/upload-jobs.js';
import { filesOn, trainOnce } from '../helpers/upload-program.js';
import {
  bytes,
  ended,
  fault,
  makeTries,
  minute,
  outputOf,
  retryOf,
  stages,
  waiting,
  withGguf,
} from '../helpers/upload-tries.js';
import { waitFor } from '../helpers/wait-for.js';

const trained = trainOnce();
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
    const { uploads, begin } = await makeTries(trained, withGguf, env);
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code }, exitCode: 1 });
    expect(job.state.name === 'failed' && job.state.failure.message).toMatch(said);
    expect(job.attempts).toBe(1);
    expect(uploads.notices.listPending(10)).toHaveLength(1);
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
    const { hub, uploads, begin } = await makeTries(trained);
    hub.faults.add(fault);
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-incomplete' } });
    expect(job.state.name === 'failed' && job.state.failure.message).toMatch(said);
    expect(job.attempts).toBe(1);
  });

  it('a card that the Hub does not take', async () => {
    const { hub, uploads, begin } = await makeTries(trained);
    // The fifth commit is the bot's: the model and three documents come before it.
    hub.faults.add({ kind: 'status', status: 403, path: /\/commit\//, skip: 4 });
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-refused' } });
    expect(JSON.stringify(job.state)).toContain('The model card was not taken. The Hub answered 403');
  });

  it('a quantization that could not be made', async () => {
    const { uploads, begin } = await makeTries(trained, {
      saveMethod: 'lora',
      quantizations: ['Q4_K_M', 'Q9_X'],
    });
    const job = await ended(uploads, await begin());
    expect(job.state).toMatchObject({ name: 'failed', failure: { code: 'upload-incomplete' } });
    expect(job.state.name === 'failed' && job.state.failure.message).toContain("invalid ftype 'Q9_X'");
  });
});

describe('a cancellation', () => {
  test.each(stages)('frees an upload that hangs at %s', async (stage) => {
    const { uploads, begin } = await makeTries(trained, withGguf, fault(`freeze@${stage}`));
    const id = await begin();
    await uploads.untilStage(id, stage);
    uploads.jobDesk.cancel(id, alice);
    const job = await ended(uploads, id);
    expect(job.state).toMatchObject({ name: 'cancelled', how: 'interrupted' });
  });

  it('ends a push of what is missing', async () => {
    const { hub, clock, uploads, begin } = await makeTries(trained, { saveMethod: 'merged_4bit' });
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
    await uploads.untilStage(id, 'verify');
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

import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEnded } from '../../src/domain/job.js';
import { hubTokens, makeHub, type RunningHub } from '../helpers/hub.js';
import { alice } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { desiredCard, expectVerified, openUploads, planUpload, planAgain } from '../helpers/upload-jobs.js';
import { filesOn, repo, trainOnce } from '../helpers/upload-program.js';
import { bytes, outputOf } from '../helpers/upload-tries.js';

const trained = trainOnce();
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

  it('pushes no card that tells of an earlier upload', async () => {
    const { hub, uploads, plan, id } = await failOnce({ saveMethod: 'merged_4bit' }, ({ faults }) =>
      faults.add({ kind: 'status', status: 403, path: /\/preupload\// }),
    );
    const card = join(plan.outputDir ?? '', 'README.md');
    writeFileSync(card, '# An earlier one\n');
    utimesSync(card, 1, 1);
    const again = await planAgain(uploads, id);
    await expectVerified(uploads, hub, again, await uploads.confirm(again));
    expect(readFileSync(card, 'utf8')).toBe(desiredCard);
  });

  it('is not kept back by what making it again would need', async () => {
    const finding = (code: string) => ({ level: 'blocker', code, message: code, remedy: code }) as const;
    const findings = ['disk', 'llama-cpp-missing', 'no-cuda', 'token-reads'].map(finding);
    const { uploads, id } = await failOnce({ findings: [], diskBytes: 5 }, ({ faults }) =>
      faults.add({ kind: 'status', status: 403, path: /\/preupload\// }),
    );
    const { plan } = uploads.jobs.get(id)!;
    if (plan.kind !== 'upload') throw new Error(plan.kind);
    expect(await uploads.kind.replan({ ...plan, findings })).toMatchObject({
      made: true,
      diskBytes: 0,
      findings: [finding('token-reads')],
    });
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

import { spawn } from 'node:child_process';
import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Job } from '../../src/domain/job.js';
import { createGpuGate } from '../../src/services/gpu/create-gpu-gate.js';
import { findSlots } from '../../src/services/gpu/find-slots.js';
import { jobMessage } from '../../src/views/job-message.js';
import { admin, alice, bob, openJobs } from '../helpers/jobs.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { waitFor } from '../helpers/wait-for.js';

type Jobs = Awaited<ReturnType<typeof openJobs>>;

const twoCards = '0, GPU-aaaa, 10300\n1, GPU-bbbb, 12';
const busy = '123, /usr/bin/python, 10240, GPU-aaaa';
const told = 'GPU 0 is in use by python (pid 123, 10240 MiB)';

/** A program that answers as nvidia-smi does; written aside, since it may be running. */
function putSmi(dir: string, holders: string, cards = twoCards): void {
  const aside = join(dir, 'nvidia-smi.new');
  writeFileSync(
    aside,
    `#!/bin/sh\necho x >>'${dir}/asked'\ncase "$*" in\n*query-compute-apps*) echo '${holders}';;\n*query-gpu=*) echo '${cards}';;\nesac\n`,
  );
  chmodSync(aside, 0o755);
  renameSync(aside, join(dir, 'nvidia-smi'));
}

async function startJob(setup: Jobs, code = 'import os; print("gpu", os.environ["CUDA_VISIBLE_DEVICES"])') {
  const plan = makeTrainPlan({ launch: { argv: ['python3', '-u', '-c', code], cwd: '/', env: {} } });
  const result = await setup.planDesk.confirm(setup.planDesk.propose(plan, alice).id, alice);
  if (result.outcome !== 'confirmed' || !result.jobs[0]) throw new Error(`not confirmed: ${result.outcome}`);
  return result.jobs[0].id;
}

const waitOf = (job: Job | undefined) => (job?.state.name === 'queued' ? job.state.wait : undefined);
const untilTold = (setup: Jobs, id: number, text: string) =>
  waitFor(() => waitOf(setup.jobs.get(id)) === text);
const untilDone = (setup: Jobs, id: number) => waitFor(() => setup.jobs.get(id)?.state.name === 'succeeded');

async function buttonsOf(setup: Jobs, id: number): Promise<string> {
  return JSON.stringify(jobMessage((await setup.jobDesk.snapshot(id))!));
}

it('waits while others hold memory of the GPU, says for whom, and starts when they are gone', async () => {
  const gpuPath = await makeTempDir();
  putSmi(gpuPath, busy);
  const setup = await openJobs({ slots: [0], gpuPath });
  setup.supervisor.start();
  const id = await startJob(setup);
  await untilTold(setup, id, told);
  const message = await buttonsOf(setup, id);
  expect(message).toContain('Start all the same');
  expect(message).toContain('GPU 0 is in use by python');

  // Another figure of the same program is no news, one row of history was written.
  putSmi(gpuPath, '123, /usr/bin/python, 10250, GPU-aaaa');
  const asked = async () => (await readFile(join(gpuPath, 'asked'), 'utf8')).length;
  const before = await asked();
  // Two lines a look: six more hold a whole look after the change.
  await waitFor(async () => (await asked()) >= before + 12);
  expect(waitOf(setup.jobs.get(id))).toBe(told);
  putSmi(gpuPath, '123, /usr/bin/python, 900, GPU-aaaa\n124, other, 40000, GPU-bbbb');
  await untilDone(setup, id);
  const rows = setup.db.prepare('SELECT to_state FROM job_events WHERE job_id = ?').pluck().all(id);
  expect(rows).toEqual(['queued', 'queued', 'starting', 'running', 'succeeded']);
});

it('takes another GPU that is free', async () => {
  const gpuPath = await makeTempDir();
  putSmi(gpuPath, busy);
  const setup = await openJobs({ slots: [0, 1], gpuPath, gpuRecheckMs: 600_000 });
  setup.supervisor.start();
  const id = await startJob(setup);
  await untilDone(setup, id);
  const output = await readFile(join(setup.dataDir, 'jobs', String(id), 'attempt-1', 'output.log'), 'utf8');
  expect(output).toContain('gpu 1');
});

it('starts all the same for its person, also when the bot was restarted meanwhile', async () => {
  const gpuPath = await makeTempDir();
  putSmi(gpuPath, busy);
  const before = await openJobs({ slots: [0], gpuPath, gpuRecheckMs: 600_000 });
  before.supervisor.start();
  const id = await startJob(before);
  await untilTold(before, id, told);
  expect(() => before.jobDesk.startAnyway(id, bob)).toThrow('belongs to');
  expect(before.jobs.get(id)?.state.name).toBe('queued');
  await before.supervisor.stop();
  before.jobDesk.startAnyway(id, admin);
  expect(await buttonsOf(before, id)).not.toContain('Start all the same');
  await before.close();

  const after = await openJobs({ dataDir: before.dataDir, slots: [0], gpuPath, gpuRecheckMs: 600_000 });
  expect(after.jobs.get(id)?.state).toMatchObject({ name: 'queued', evenIfBusy: true });
  after.supervisor.start();
  await untilDone(after, id);
  expect(() => after.jobDesk.startAnyway(id, alice)).toThrow('does not wait any more');
});

it('takes the memory of the card where programs do not tell theirs', async () => {
  const gpuPath = await makeTempDir();
  putSmi(gpuPath, '123, [Not Found], [N/A], GPU-aaaa');
  const setup = await openJobs({ slots: [0], gpuPath });
  setup.supervisor.start();
  const id = await startJob(setup);
  await untilTold(setup, id, 'GPU 0 is in use by [Not Found] (pid 123)');
  putSmi(gpuPath, '123, [Not Found], [N/A], GPU-aaaa', '0, GPU-aaaa, [N/A]');
  await untilDone(setup, id);
});

it('knows the processes of its own jobs', async () => {
  const gpuPath = await makeTempDir();
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const pid = child.pid ?? 0;
  putSmi(gpuPath, `${pid}, sleep, 9000, GPU-aaaa`);
  const gate = (own: readonly number[]) =>
    createGpuGate({ gpus: [0], env: { PATH: gpuPath }, ownProcessGroups: () => own, clock: Date.now });
  expect(await gate([pid]).check(0)).toBe(true);
  expect(await gate([]).check(0)).toBe(false);
  expect(await gate([]).check(1)).toBe(true);
});

it('starts where no nvidia-smi answers', async () => {
  const gpuPath = await makeTempDir();
  const setup = await openJobs({ slots: [0], gpuPath });
  setup.supervisor.start();
  await untilDone(setup, await startJob(setup));
});

it('finds one slot a GPU', async () => {
  const gpuPath = await makeTempDir();
  putSmi(gpuPath, '');
  expect(await findSlots(undefined, { PATH: gpuPath })).toEqual({ numbers: [0, 1], gpus: [0, 1] });
  expect(await findSlots(undefined, { PATH: gpuPath, CUDA_VISIBLE_DEVICES: '1' })).toEqual({
    numbers: [1],
    gpus: [1],
  });
  expect(await findSlots(3, { PATH: gpuPath })).toEqual({ numbers: [0, 1, 2], gpus: [0, 1] });
});

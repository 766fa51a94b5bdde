import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job, JobStateName } from '../../src/domain/job.js';
import { admin, alice, bob, openJobs, plainKind } from '../helpers/jobs.js';
import { makeTrainPlan } from '../helpers/train-plan.js';
import { waitFor } from '../helpers/wait-for.js';

type Jobs = Awaited<ReturnType<typeof openJobs>>;

function run(code: string) {
  return makeTrainPlan({ launch: { argv: ['python3', '-u', '-c', code], cwd: '/', env: {} } });
}

async function startJob(setup: Jobs, code: string, actor = alice): Promise<Job> {
  const stored = setup.planDesk.propose(run(code), actor);
  const result = await setup.planDesk.confirm(stored.id, actor);
  if (result.outcome !== 'confirmed' || !result.jobs[0]) throw new Error(`not confirmed: ${result.outcome}`);
  return result.jobs[0];
}

function waitForState(setup: Jobs, id: number, name: JobStateName) {
  return waitFor(() => {
    const job = setup.jobs.get(id);
    return job?.state.name === name ? job : undefined;
  });
}

const sleeper = 'import time; print("ready"); time.sleep(60)';
/** Ignores the interrupt and, with `term`, the termination too. */
const stubborn = (term: boolean) =>
  `import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); ${term ? 'signal.signal(signal.SIGTERM, signal.SIG_IGN); ' : ''}print("ready")\nwhile True: time.sleep(1)`;

async function waitForOutput(setup: Jobs, id: number, text: string): Promise<void> {
  const file = join(setup.dataDir, 'jobs', String(id), 'attempt-1', 'output.log');
  await waitFor(async () => (await readFile(file, 'utf8')).includes(text));
}

describe('supervisor', () => {
  it('takes a confirmed plan to its end and writes one notice', async () => {
    const setup = await openJobs();
    setup.supervisor.start();
    const job = await startJob(setup, 'print("done")');
    const ended = await waitForState(setup, job.id, 'succeeded');
    expect(ended.slot).toBeUndefined();
    expect(setup.notices.listPending(10).map((notice) => [notice.jobId, notice.kind, notice.userId])).toEqual(
      [[job.id, 'finished', alice.userId]],
    );
    const events = setup.db
      .prepare('SELECT from_state, to_state FROM job_events WHERE job_id = ?')
      .raw()
      .all(job.id);
    expect(events).toEqual([
      [null, 'queued'],
      ['queued', 'starting'],
      ['starting', 'running'],
      ['running', 'succeeded'],
    ]);
  });

  it('fails a job whose program fails', async () => {
    const setup = await openJobs();
    setup.supervisor.start();
    const job = await startJob(setup, 'raise SystemExit(3)');
    const { state } = await waitForState(setup, job.id, 'failed');
    expect(state).toMatchObject({ failure: { code: 'exit-code', message: 'Exit code 3' } });
  });

  it('runs one job a slot, in the order they were confirmed', async () => {
    const setup = await openJobs({ slots: [0] });
    setup.supervisor.start();
    const first = await startJob(setup, sleeper);
    const second = await startJob(setup, 'pass');
    await waitForState(setup, first.id, 'running');
    expect((await setup.jobDesk.snapshot(second.id))?.place).toBe(1);
    setup.jobDesk.cancel(first.id, alice);
    await waitForState(setup, second.id, 'succeeded');
    expect(setup.jobs.get(first.id)?.state.name).toBe('cancelled');
  });

  it('gives each job of two slots its own GPU', async () => {
    const setup = await openJobs({ slots: [0, 1] });
    setup.supervisor.start();
    const code = 'import os, time; print("gpu", os.environ["CUDA_VISIBLE_DEVICES"]); time.sleep(60)';
    const jobs = [await startJob(setup, code), await startJob(setup, code)];
    for (const [index, job] of jobs.entries()) await waitForOutput(setup, job.id, `gpu ${index}`);
  });

  it('cancels a waiting job at once, without starting it', async () => {
    const setup = await openJobs({ slots: [] });
    setup.supervisor.start();
    const job = await startJob(setup, 'print("never")');
    expect(setup.jobDesk.cancel(job.id, alice).state).toMatchObject({
      name: 'cancelled',
      how: 'before-start',
    });
    expect(setup.notices.listPending(10)).toHaveLength(1);
  });

  it.each([
    ['interrupt', sleeper, 10_000],
    ['termination', stubborn(false), 300],
    ['kill', stubborn(true), 300],
  ])('cancels a running job by %s', async (_signal, code, cancelGraceMs) => {
    const setup = await openJobs({ cancelGraceMs });
    setup.supervisor.start();
    const job = await startJob(setup, code);
    await waitForOutput(setup, job.id, 'ready');
    const running = await waitForState(setup, job.id, 'running');
    setup.jobDesk.cancel(job.id, alice);
    const ended = await waitForState(setup, job.id, 'cancelled');
    expect(ended.state).toMatchObject({ by: alice.userId, how: 'interrupted' });
    const pid = running.state.name === 'running' ? running.state.process.pid : 0;
    await waitFor(() => {
      try {
        process.kill(-pid, 0);
        return false;
      } catch {
        return true;
      }
    });
  });

  it('lets only the person who asked or an administrator cancel', async () => {
    const setup = await openJobs();
    setup.supervisor.start();
    const job = await startJob(setup, sleeper);
    await waitForState(setup, job.id, 'running');
    expect(() => setup.jobDesk.cancel(job.id, bob)).toThrow('belongs to');
    expect(() => setup.jobDesk.cancel(9999, alice)).toThrow('no job 9999');
    setup.jobDesk.cancel(job.id, admin);
    expect((await waitForState(setup, job.id, 'cancelled')).state).toMatchObject({ by: admin.userId });
  });

  it('finds a running child again after a restart, and its end while it was away', async () => {
    const before = await openJobs({ slots: [0, 1] });
    before.supervisor.start();
    const long = await startJob(before, sleeper);
    const short = await startJob(before, 'import time; time.sleep(0.3); raise SystemExit(5)');
    await waitForState(before, long.id, 'running');
    await waitForState(before, short.id, 'running');
    await before.close();
    const exit = join(before.dataDir, 'jobs', String(short.id), 'attempt-1', 'exit.json');
    await waitFor(async () => readFile(exit, 'utf8').catch(() => undefined));

    const after = await openJobs({ dataDir: before.dataDir });
    after.supervisor.start();
    expect((await waitForState(after, short.id, 'failed')).state).toMatchObject({
      failure: { message: 'Exit code 5' },
    });
    expect(after.jobs.get(long.id)?.state.name).toBe('running');
    after.jobDesk.cancel(long.id, alice);
    await waitForState(after, long.id, 'cancelled');
    expect(after.notices.listPending(10).map((notice) => notice.jobId)).toEqual([short.id, long.id]);
  });

  it('starts a job whose start was cut off before the child began, once', async () => {
    const before = await openJobs();
    const job = await startJob(before, 'print("ran")');
    before.jobs.transition(
      job,
      { name: 'starting', at: Date.now(), attempt: 1 },
      { facts: { attempts: 1, slot: 0 } },
    );
    await before.close();
    const after = await openJobs({ dataDir: before.dataDir });
    after.supervisor.start();
    const ended = await waitForState(after, job.id, 'succeeded');
    expect(ended.attempts).toBe(2);
  });

  it('adopts a child whose identity the bot had no time to record', async () => {
    const before = await openJobs();
    const job = await startJob(before, sleeper);
    before.jobs.transition(
      job,
      { name: 'starting', at: Date.now(), attempt: 1 },
      { facts: { attempts: 1, slot: 0 } },
    );
    const dir = join(before.dataDir, 'jobs', String(job.id), 'attempt-1');
    const child = await before.executor.start(dir, job.plan.launch, { PATH: process.env['PATH'] ?? '' });
    await before.close();
    const after = await openJobs({ dataDir: before.dataDir });
    after.supervisor.start();
    expect((await waitForState(after, job.id, 'running')).state).toMatchObject({ process: child });
  });

  it('calls a job lost when it was killed with its watcher', async () => {
    const setup = await openJobs();
    setup.supervisor.start();
    const job = await startJob(setup, sleeper);
    const { state } = await waitForState(setup, job.id, 'running');
    if (state.name === 'running') process.kill(-state.process.pid, 'SIGKILL');
    expect((await waitForState(setup, job.id, 'lost')).state).toMatchObject({
      why: expect.stringContaining('killed'),
    });
  });

  it('does not start a job whose files changed while it waited', async () => {
    let changes: readonly string[] = [];
    const setup = await openJobs({ kinds: plainKind({ compare: () => Promise.resolve(changes) }) });
    const job = await startJob(setup, 'print("never")');
    changes = ['config.yaml was edited.'];
    setup.supervisor.start();
    const { state } = await waitForState(setup, job.id, 'failed');
    expect(state).toMatchObject({
      failure: { code: 'plan-changed', message: 'Nothing was started: config.yaml was edited.' },
    });
  });
});

describe('plan desk', () => {
  it('starts once, however often the button is pressed', async () => {
    const setup = await openJobs({ slots: [] });
    const stored = setup.planDesk.propose(run('pass'), alice);
    const presses = await Promise.all(
      [alice, admin, alice, admin, alice].map((actor) => setup.planDesk.confirm(stored.id, actor)),
    );
    expect(presses.filter((press) => press.outcome === 'confirmed')).toHaveLength(1);
    expect(setup.jobs.list()).toHaveLength(1);
  });

  it('refuses the wrong person and another server', async () => {
    const setup = await openJobs({ slots: [] });
    const stored = setup.planDesk.propose(run('pass'), alice);
    await expect(setup.planDesk.confirm(stored.id, bob)).rejects.toThrow('belongs to');
    await expect(setup.planDesk.confirm(stored.id, { ...admin, guildId: '1' })).rejects.toThrow('not known');
    await expect(setup.planDesk.confirm('forged', alice)).rejects.toThrow('not known');
    expect(setup.jobs.list()).toEqual([]);
  });

  it('refuses a plan with a blocker', async () => {
    const setup = await openJobs({ slots: [] });
    const blocker = {
      level: 'blocker',
      code: 'no-cuda',
      message: 'No CUDA.',
      remedy: 'Install it.',
    } as const;
    const stored = setup.planDesk.propose(makeTrainPlan({ findings: [blocker] }), alice);
    await expect(setup.planDesk.confirm(stored.id, alice)).rejects.toMatchObject({
      message: 'No CUDA.',
      remedy: 'Install it.',
    });
  });

  it('expires after 15 minutes, told once, and can then not be started', async () => {
    let now = 1_000_000;
    const setup = await openJobs({ slots: [], clock: () => now });
    const stored = setup.planDesk.propose(run('pass'), alice);
    const told: string[] = [];
    setup.planDesk.onClosed((plan) => told.push(plan.id));
    now += 15 * 60_000 - 1;
    setup.planDesk.expireDue();
    expect(told).toEqual([]);
    now += 1;
    setup.planDesk.expireDue();
    setup.planDesk.expireDue();
    expect(told).toEqual([stored.id]);
    expect(await setup.planDesk.confirm(stored.id, alice)).toMatchObject({
      outcome: 'not-open',
      state: { name: 'expired' },
    });
  });

  it('shows a changed plan again instead of running it, and its button works after a restart', async () => {
    let changes: readonly string[] = ['The dataset changed.'];
    const kinds = plainKind({ compare: () => Promise.resolve(changes) });
    const before = await openJobs({ slots: [], kinds });
    const stored = before.planDesk.propose(run('pass'), alice);
    const first = await before.planDesk.confirm(stored.id, alice);
    if (first.outcome !== 'changed') throw new Error(first.outcome);
    expect(first.changes).toEqual(['The dataset changed.']);
    expect(before.jobs.list()).toEqual([]);
    expect((await before.planDesk.confirm(stored.id, alice)).outcome).toBe('not-open');
    changes = [];
    await before.close();
    const after = await openJobs({ dataDir: before.dataDir, slots: [], kinds });
    expect((await after.planDesk.confirm(first.replacement.id, alice)).outcome).toBe('confirmed');
  });
});

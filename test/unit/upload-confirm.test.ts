import { describe, expect, test } from 'vitest';
import type { ProposedPlan } from '../../src/domain/plan.js';
import type { UploadBatch } from '../../src/domain/upload-plan.js';
import { createPlanLimits } from '../../src/services/limits/plan-limits.js';
import { createPlanDesk } from '../../src/services/plans/create-plan-desk.js';
import { admin, alice, bob, nobody, openJobs, plainKind } from '../helpers/jobs.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeUploadPlan } from '../helpers/upload-plan.js';

const overwrites = {
  owner: 'alice',
  private: false,
  lastModifiedMs: 1_000,
  commit: 'c'.repeat(40),
  files: 3,
};

const batchOf = (...repos: readonly string[]): UploadBatch => ({
  kind: 'upload-batch',
  uploads: repos.map((repoId) => makeUploadPlan({ repoId })),
  findings: [],
});

interface Setup {
  readonly dataDir?: string;
  readonly changes?: () => readonly string[];
  readonly replan?: (plan: ProposedPlan) => ProposedPlan;
  readonly jobsWaiting?: number;
}

/** A plan desk for uploads; no job ever starts. */
async function openDesk({ dataDir, changes = () => [], replan, jobsWaiting = 3 }: Setup = {}) {
  const rules = plainKind({
    compare: () => Promise.resolve(changes()),
    ...(replan && { replan }),
  }).train!;
  const kinds = { upload: { ...rules, kind: 'upload' as const } };
  const opened = await openJobs({ slots: [], kinds, ...(dataDir !== undefined && { dataDir }) });
  const { plans, jobs } = opened;
  const queued: number[][] = [];
  const limited = { plans, jobs, access: nobody, clock: Date.now };
  const desk = createPlanDesk({
    ...limited,
    kinds,
    jobChannel: undefined,
    limits: createPlanLimits({ ...limited, plansOpen: 3, jobsWaiting }),
    onQueued: (ids) => queued.push([...ids]),
  });
  return { ...opened, desk, queued };
}

describe('a batch of uploads', () => {
  test('is confirmed by one press into a job each, in order', async () => {
    const { desk, jobs, queued } = await openDesk();
    const stored = desk.propose(batchOf('alice/one', 'alice/two', 'alice/three'), alice);
    expect(desk.get(stored.id)?.plan).toEqual(stored.plan);
    const results = await Promise.all([1, 2, 3].map(() => desk.confirm(stored.id, alice)));
    expect(results.filter(({ outcome }) => outcome === 'confirmed')).toHaveLength(1);
    const active = jobs.listActive();
    expect(active.map(({ kind, plan }) => [kind, plan.kind === 'upload' && plan.repoId])).toEqual(
      ['alice/one', 'alice/two', 'alice/three'].map((repo) => ['upload', repo]),
    );
    expect(queued).toEqual([active.map(({ id }) => id)]);
    expect(desk.get(stored.id)?.state).toMatchObject({ name: 'confirmed', jobIds: queued[0] });
  });

  test('needs room for all of its jobs, else none is queued', async () => {
    const { desk, jobs } = await openDesk({ jobsWaiting: 2 });
    const stored = desk.propose(batchOf('alice/one', 'alice/two', 'alice/three'), alice);
    await expect(desk.confirm(stored.id, alice)).rejects.toThrow('This would add 3.');
    expect(jobs.listActive()).toEqual([]);
    expect(desk.get(stored.id)?.state.name).toBe('open');
  });

  test('is held by a blocker of any one upload', async () => {
    const { desk, jobs } = await openDesk();
    const blocker = { level: 'blocker', code: 'disk', message: 'Too small.', remedy: 'Free some.' } as const;
    const batch = batchOf('alice/one', 'alice/two');
    const uploads = batch.uploads.with(1, makeUploadPlan({ findings: [blocker] }));
    const stored = desk.propose({ ...batch, uploads }, alice);
    await expect(desk.confirm(stored.id, alice)).rejects.toMatchObject({
      message: 'Too small.',
      remedy: 'Free some.',
    });
    expect(jobs.listActive()).toEqual([]);
  });

  test('is made anew as a whole when one upload changed', async () => {
    const anew = batchOf('alice/one', 'alice/other');
    const { desk } = await openDesk({ changes: () => ['It changed.'], replan: () => anew });
    const stored = desk.propose(batchOf('alice/one', 'alice/two'), alice);
    expect(await desk.confirm(stored.id, alice)).toMatchObject({
      outcome: 'changed',
      replacement: { plan: anew },
      changes: ['It changed.', 'It changed.'],
    });
  });
});

describe('an upload that overwrites', () => {
  const plan = makeUploadPlan({ overwrites });

  test('takes two different presses, however often the first is repeated, also after a restart', async () => {
    const dataDir = await makeTempDir();
    const first = await openDesk({ dataDir });
    const { id } = first.desk.propose(plan, alice);
    for (let press = 0; press < 3; press++) {
      expect(await first.desk.confirm(id, alice)).toMatchObject({
        outcome: 'asks-overwrite',
        stored: { id, state: { name: 'open', overwriteAsked: { by: alice.userId } } },
      });
    }
    expect(first.jobs.listActive()).toEqual([]);
    await first.close();

    const { desk, jobs } = await openDesk({ dataDir });
    await expect(desk.confirm(id, bob, { overwrite: true })).rejects.toThrow('belongs to');
    const presses = await Promise.all(
      [alice, admin].map((presser) => desk.confirm(id, presser, { overwrite: true })),
    );
    expect(presses.map(({ outcome }) => outcome).toSorted()).toEqual(['confirmed', 'not-open']);
    expect(jobs.listActive()).toHaveLength(1);
    expect(await desk.confirm(id, alice)).toMatchObject({ outcome: 'not-open' });
  });

  test('does nothing at a second button that comes before the first', async () => {
    const { desk, jobs } = await openDesk();
    const { id } = desk.propose(plan, alice);
    await expect(desk.confirm(id, alice, { overwrite: true })).rejects.toThrow('Nobody was asked yet');
    const harmless = desk.propose(makeUploadPlan(), alice);
    await expect(desk.confirm(harmless.id, alice, { overwrite: true })).rejects.toThrow('Nobody was asked');
    expect(desk.get(id)?.state).toEqual({ name: 'open' });
    expect(jobs.listActive()).toEqual([]);
  });

  test('asks anew when what would be overwritten changed between the presses', async () => {
    let changes: readonly string[] = [];
    const { desk, jobs } = await openDesk({ changes: () => changes });
    const { id } = desk.propose(plan, alice);
    await desk.confirm(id, alice);
    changes = ['alice/one has a new commit.'];
    const second = await desk.confirm(id, alice, { overwrite: true });
    if (second.outcome !== 'changed') throw new Error(second.outcome);
    changes = [];
    expect(second.replacement.state).toEqual({ name: 'open' });
    await expect(desk.confirm(second.replacement.id, alice, { overwrite: true })).rejects.toThrow('Nobody');
    expect(jobs.listActive()).toEqual([]);
  });

  test('cannot be asked about once it is closed', async () => {
    const { desk, plans } = await openDesk();
    const { id } = desk.propose(plan, alice);
    desk.cancel(id, alice);
    plans.askOverwrite(id, alice.userId, 1);
    expect(desk.get(id)?.state.name).toBe('cancelled');
  });

  test('in a batch makes the whole batch ask', async () => {
    const { desk, jobs } = await openDesk();
    const batch = batchOf('alice/one', 'alice/two');
    const { id } = desk.propose({ ...batch, uploads: [...batch.uploads.slice(1), plan] }, alice);
    expect((await desk.confirm(id, alice)).outcome).toBe('asks-overwrite');
    expect((await desk.confirm(id, alice, { overwrite: true })).outcome).toBe('confirmed');
    expect(jobs.listActive()).toHaveLength(2);
  });
});

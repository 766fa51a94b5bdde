import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { createNoticeStore } from '../../src/db/notice-store.js';
import { openDatabase, type Db } from '../../src/db/open.js';
import { createPlanStore } from '../../src/db/plan-store.js';
import type { Access, Actor } from '../../src/domain/access.js';
import type { ProposedPlan } from '../../src/domain/plan.js';
import { noProgress } from '../../src/domain/progress.js';
import { createJobDesk } from '../../src/services/jobs/create-job-desk.js';
import type { JobStore } from '../../src/services/jobs/ports.js';
import { createLocalExecutor } from '../../src/services/jobs/executors/local-executor.js';
import { createGpuGate } from '../../src/services/gpu/create-gpu-gate.js';
import { createJobChanges } from '../../src/services/jobs/job-changes.js';
import type { JobKind } from '../../src/domain/job.js';
import type { JobKindRules, KindTable } from '../../src/services/jobs/kinds.js';
import { createOutputFollower } from '../../src/services/jobs/output-follower.js';
import { createQueueWatch } from '../../src/services/jobs/queue-watch.js';
import { createStarter } from '../../src/services/jobs/starter.js';
import { Supervisor } from '../../src/services/jobs/supervisor.js';
import { createPlanDesk } from '../../src/services/plans/create-plan-desk.js';
import { makeTempDir } from './temp-dir.js';

export const alice: Actor = {
  userId: '100000000000000001',
  displayName: 'Alice',
  guildId: '200000000000000001',
  channelId: '300000000000000001',
  roleIds: [],
  ownerOrAdministrator: false,
};
export const bob: Actor = { ...alice, userId: '100000000000000002', displayName: 'Bob' };
export const admin: Actor = { ...alice, userId: '100000000000000003', ownerOrAdministrator: true };
export const nobody: Access = { view: [], train: [], upload: [], administer: [] };

export const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Rules of both kinds, whose jobs succeed with exit code 0 and read nothing but their output. */
export function plainKind(
  over: { compare?: () => Promise<readonly string[]>; replan?: (plan: ProposedPlan) => ProposedPlan } = {},
): KindTable {
  const rulesOf = (kind: JobKind): JobKindRules => ({
    kind,
    needsSlot: () => true,
    compare: over.compare ?? (() => Promise.resolve([])),
    replan: (plan) => Promise.resolve(over.replan?.(plan) ?? plan),
    environment: () => ({ PATH: process.env['PATH'] ?? '' }),
    track(_job, dir) {
      const output = createOutputFollower(join(dir, 'output.log'), 15);
      return {
        poll: output.poll,
        tail: output.tail,
        progress: () => noProgress,
        curves: () => [],
        runPath: () => undefined,
        judge: (end, cancel) =>
          Promise.resolve(
            end.name === 'exited' && end.exitCode === 0
              ? { name: 'succeeded', warnings: [] }
              : cancel
                ? { name: 'cancelled' }
                : end.name === 'vanished'
                  ? { name: 'lost', why: end.why }
                  : {
                      name: 'failed',
                      failure: { code: 'exit-code', message: `Exit code ${end.exitCode}` },
                    },
          ),
      };
    },
  });
  return { train: rulesOf('train'), upload: rulesOf('upload') };
}

export interface JobsOptions {
  readonly dataDir?: string;
  /** Rules of the kinds, or how they are made over the stores. */
  readonly kinds?: KindTable | ((db: Db, jobs: JobStore) => KindTable);
  readonly slots?: readonly number[];
  /** Where nvidia-smi is looked for; absent: nowhere. */
  readonly gpuPath?: string;
  readonly gpuRecheckMs?: number;
  readonly cancelGraceMs?: number;
  readonly clock?: () => number;
}

/** Stores, desks and supervisor over a database in `dataDir`; opened twice on one folder, it is the bot restarted. */
export async function openJobs(options: JobsOptions = {}) {
  const dataDir = options.dataDir ?? (await makeTempDir());
  const clock = options.clock ?? Date.now;
  const db = openDatabase(join(dataDir, 'tuner-bot.db'));
  const jobs = createJobStore(db);
  const given = options.kinds ?? plainKind();
  const kinds = typeof given === 'function' ? given(db, jobs) : given;
  const plans = createPlanStore(db);
  const notices = createNoticeStore(db);
  const executor = createLocalExecutor();
  const listeners = new Set<(id: number) => void>();
  const changed = (id: number): void => {
    for (const listener of listeners) listener(id);
  };
  const jobsDir = join(dataDir, 'jobs');
  const shared = { jobs, executor, kinds, clock, log: silentLog, jobsDir };
  const changes = createJobChanges({ ...shared, onChange: changed });
  const slots = options.slots ?? [0];
  const gate = createGpuGate({
    gpus: slots,
    env: { PATH: options.gpuPath ?? '/nowhere' },
    ownProcessGroups: () =>
      jobs.listActive().flatMap(({ state }) => (state.name === 'running' ? [state.process.pid] : [])),
    clock,
    recheckMs: options.gpuRecheckMs ?? 50,
  });
  const starter = createStarter({ ...shared, changes, slots, gate });
  const supervisor = new Supervisor({
    ...shared,
    changes,
    starter,
    cancelGraceMs: options.cancelGraceMs ?? 500,
    pollMs: 10,
    onProgress: changed,
  });
  const jobDesk = createJobDesk({
    ...shared,
    supervisor,
    access: nobody,
    slots: options.slots ?? [0],
    changed,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  });
  listeners.add(createQueueWatch({ jobs, clock, changed }));
  const planDesk = createPlanDesk({
    plans,
    kinds,
    clock,
    access: nobody,
    jobChannel: undefined,
    onQueued(ids) {
      for (const id of ids) changed(id);
      supervisor.wake();
    },
  });
  const close = async (): Promise<void> => {
    await supervisor.stop();
    db.close();
  };
  onTestFinished(async () => {
    for (const job of db.open ? jobs.listActive() : []) {
      if (job.state.name === 'running') await executor.signal(job.state.process, 'SIGKILL');
    }
    if (db.open) await close();
  });
  return { dataDir, db, jobs, plans, notices, executor, supervisor, jobDesk, planDesk, changed, close };
}

import { describe, expect, it } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createPlanStore } from '../../src/db/plan-store.js';
import {
  canTransition,
  jobTransitions,
  type Job,
  type JobState,
  type JobStateName,
} from '../../src/domain/job.js';
import { makeTempDir } from '../helpers/temp-dir.js';
import { makeTrainPlan } from '../helpers/train-plan.js';

const at = 5_000;
const samples: Record<JobStateName, JobState> = {
  queued: { name: 'queued', at },
  starting: { name: 'starting', at, attempt: 1 },
  running: { name: 'running', at, attempt: 1, process: { pid: 1, startedAt: '1', bootId: 'b' } },
  succeeded: { name: 'succeeded', at, warnings: [] },
  failed: { name: 'failed', at, failure: { code: 'exit-code', message: 'x' } },
  cancelled: { name: 'cancelled', at, by: '1', how: 'interrupted' },
  lost: { name: 'lost', at, why: 'x' },
};
const names = Object.values(samples).map((state) => state.name);
/** A way from the queue to each state. */
const ways: Record<JobStateName, readonly JobStateName[]> = {
  queued: [],
  starting: ['starting'],
  running: ['starting', 'running'],
  succeeded: ['starting', 'running', 'succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  lost: ['starting', 'lost'],
};

async function openStore() {
  const dir = await makeTempDir();
  const db = openDatabase(`${dir}/tuner-bot.db`);
  const plans = createPlanStore(db);
  const jobs = createJobStore(db);
  const plan = {
    plan: makeTrainPlan(),
    requestedBy: '1',
    guildId: '2',
    channelId: '3',
    createdAt: 1,
    expiresAt: 2,
  };
  const makeJob = (): Job => {
    const result = plans.confirm(plans.create(plan).id, '1', 10, '3');
    const job = result.outcome === 'confirmed' ? result.jobs[0] : undefined;
    if (!job) throw new Error('not confirmed');
    return job;
  };
  return { db, jobs, makeJob };
}

describe('transitions of a job', () => {
  it('each of the table is written with its event, each other is refused', async () => {
    const { db, jobs, makeJob } = await openStore();
    for (const from of names) {
      for (const to of names) {
        let job = makeJob();
        for (const step of ways[from]) job = jobs.transition(job, samples[step]) ?? job;
        expect(job.state.name).toBe(from);
        const countEvents = () =>
          db.prepare('SELECT count(*) FROM job_events WHERE job_id = ?').pluck().get(job.id);
        const before = countEvents();
        if (canTransition(from, to)) {
          expect(jobs.transition(job, samples[to])?.state).toEqual(samples[to]);
          expect(countEvents()).toBe(Number(before) + 1);
        } else {
          expect(() => jobs.transition(job, samples[to])).toThrow(`no transition from ${from} to ${to}`);
          expect(countEvents()).toBe(before);
        }
      }
    }
  });

  it('nothing follows an end', () => {
    expect(names.filter((name) => jobTransitions[name].length === 0)).toEqual([
      'succeeded',
      'failed',
      'cancelled',
      'lost',
    ]);
  });

  it('loses against a change that came first, and then writes neither event nor notice', async () => {
    const { db, jobs, makeJob } = await openStore();
    const seen = jobs.transition(jobs.transition(makeJob(), samples.starting) ?? makeJob(), samples.running);
    if (!seen || seen.state.name !== 'running') throw new Error('not running');
    jobs.transition(seen, { ...seen.state, cancel: { by: '9', at: 1 } });
    const late = jobs.transition(seen, samples.failed, { notices: [{ kind: 'finished' }] });
    expect(late).toBeUndefined();
    expect(jobs.get(seen.id)?.state).toMatchObject({ name: 'running', cancel: { by: '9' } });
    expect(db.prepare('SELECT count(*) FROM notices').pluck().get()).toBe(0);
  });

  it('keeps facts, and leaves alone those not given', async () => {
    const { jobs, makeJob } = await openStore();
    const job = makeJob();
    jobs.setFacts(job.id, { runPath: '/runs/1', slot: 2, warnings: ['w'], held: true });
    expect(jobs.setFacts(job.id, { slot: null })).toMatchObject({
      runPath: '/runs/1',
      warnings: ['w'],
      held: true,
    });
    expect(jobs.get(job.id)?.slot).toBeUndefined();
    expect(jobs.findByRunPath('/runs/1')?.id).toBe(job.id);
  });
});

describe('database', () => {
  it('is refused when a newer program wrote it', async () => {
    const { db } = await openStore();
    db.pragma('user_version = 9999');
    const file = db.name;
    db.close();
    expect(() => openDatabase(file)).toThrow('newer');
  });
});

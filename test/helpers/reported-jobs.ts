import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { createLiveMessageStore } from '../../src/db/live-message-store.js';
import { createNoticeStore } from '../../src/db/notice-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createPlanStore } from '../../src/db/plan-store.js';
import { createReporter, type ReporterOptions } from '../../src/discord/reporter/reporter.js';
import { isEnded, type Job, type JobState } from '../../src/domain/job.js';
import { alice } from './jobs.js';
import { simulateDiscord, simulatedBot, type Fault, type SimulatedRequest } from './simulated-discord.js';
import { makeTempDir } from './temp-dir.js';
import { makeTrainPlan } from './train-plan.js';
import { createVirtualTime } from './virtual-time.js';

export const fallbackChannel = '300000000000000009';
const startMs = Date.UTC(2026, 0, 1);

/** Stores with jobs, a reporter over them, and Discord simulated in virtual time. */
export async function reportJobs(
  given: {
    fault?: (request: SimulatedRequest) => Fault;
    reporter?: Partial<ReporterOptions>;
    latencyMs?: () => number;
  } = {},
) {
  const time = createVirtualTime(startMs);
  const clock = (): number => Math.floor(time.now());
  const file = join(await makeTempDir(), 'tuner-bot.db');
  let fault: (request: SimulatedRequest) => Fault = given.fault ?? (() => undefined);
  const discord = simulateDiscord(time, {
    fault: (request) => fault(request),
    ...(given.latencyMs && { latencyMs: given.latencyMs }),
  });
  const db = openDatabase(file);
  onTestFinished(() => void db.close());
  const jobs = createJobStore(db);
  const plans = createPlanStore(db);
  const stores = { jobs, live: createLiveMessageStore(db), notices: createNoticeStore(db) };

  /** Content that shows the state and how often it was rendered. */
  let renders = 0;
  const start = () => {
    const reporter = createReporter({
      rest: discord.rest,
      selfId: simulatedBot,
      stores,
      render(id) {
        const job = jobs.get(id);
        renders += 1;
        if (!job) return Promise.resolve(undefined);
        const body = { content: `job ${id} ${job.state.name} ${renders}` };
        return Promise.resolve({ body, final: isEnded(job.state) });
      },
      renderNotice: (notice) =>
        Promise.resolve({
          content: `<@${notice.userId}> job ${notice.jobId} ${notice.kind}`,
          mention: [notice.userId],
        }),
      fallbackChannel,
      onChange: () => () => undefined,
      log: pino({ enabled: false }),
      clock,
      monotonic: time.now,
      schedule: time.schedule,
      ...given.reporter,
    });
    reporter.start();
    return reporter;
  };

  /** A job that runs. */
  function begin(): Job {
    const stored = plans.create({
      plan: makeTrainPlan(),
      requestedBy: alice.userId,
      guildId: alice.guildId,
      channelId: alice.channelId,
      createdAt: clock(),
      expiresAt: clock() + 1,
    });
    const confirmed = plans.confirm(stored.id, alice.userId, clock(), alice.channelId);
    if (confirmed.outcome !== 'confirmed' || !confirmed.jobs[0]) throw new Error('not confirmed');
    const starting = move(confirmed.jobs[0], { name: 'starting', at: clock(), attempt: 1 });
    const process = { pid: 1, startedAt: '1', bootId: 'b' };
    return move(starting, { name: 'running', at: clock(), attempt: 1, process });
  }

  function move(
    job: Job,
    state: JobState,
    notices: readonly { kind: 'finished' | 'started' | 'alarm' }[] = [],
  ): Job {
    const moved = jobs.transition(job, state, { notices });
    if (!moved) throw new Error('another change came first');
    return moved;
  }

  /** Ends it, with the notice that tells so. */
  function finish(job: Job): Job {
    return move(jobs.get(job.id) ?? job, { name: 'succeeded', at: clock(), warnings: [] }, [
      { kind: 'finished' },
    ]);
  }

  return {
    time,
    clock,
    discord,
    ...stores,
    db,
    start,
    begin,
    finish,
    setFault: (next: (request: SimulatedRequest) => Fault) => void (fault = next),
    /** First lines of the messages in a channel, the mark cut off. */
    shown: (channelId: string = alice.channelId) =>
      discord.messages
        .filter((one) => one.channelId === channelId)
        .map(({ content }) => content.split('\n')[0]),
  };
}

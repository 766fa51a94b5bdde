import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { createLiveMessageStore } from '../../src/db/live-message-store.js';
import { createNoticeStore } from '../../src/db/notice-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createPlanStore } from '../../src/db/plan-store.js';
import { createPace, editIntervalMs, paceRules } from '../../src/discord/reporter/pace.js';
import { createReporter } from '../../src/discord/reporter/reporter.js';
import { isEnded } from '../../src/domain/job.js';
import { createVirtualTime, simulateDiscord } from '../helpers/simulated-discord.js';
import { makeTrainPlan } from '../helpers/train-plan.js';

const half = () => 0.5;

describe('the pace of a channel', () => {
  test('spreads what Discord says is left over the time until it resets, and leaves the last one', () => {
    const pace = createPace(0, half);
    expect(pace.readyAt(false)).toBe(0);
    pace.sent(0, false);
    pace.learn(0, { remaining: 4, resetAfterMs: 8000 });
    expect(pace.readyAt(false)).toBe(2000);
    pace.sent(2000, false);
    pace.learn(2000, { remaining: 1, resetAfterMs: 6000 });
    expect(pace.readyAt(false)).toBe(8100);
  });

  test('keeps its own distance where Discord says nothing', () => {
    const pace = createPace(0, half);
    pace.sent(500, false);
    expect(pace.readyAt(false)).toBe(500 + paceRules.spacingMs);
  });

  test('edits two old messages in 6.5 s, one after a start', () => {
    const pace = createPace(0, half);
    expect(pace.readyAt(true)).toBe(0);
    pace.sent(0, true);
    // The start counts as one.
    expect(pace.readyAt(true)).toBe(6500);
    pace.sent(6500, true);
    expect(pace.readyAt(true)).toBe(7600);
    pace.sent(7600, true);
    expect(pace.readyAt(true)).toBe(13_000);
    expect(pace.readyAt(false)).toBe(8700);
  });

  test('waits as Discord says and is slower after it', () => {
    const pace = createPace(0, half);
    pace.limited(0, 3000);
    expect(pace.readyAt(false)).toBe(3100);
    pace.sent(3100, false);
    expect(pace.readyAt(false)).toBe(3100 + 2 * paceRules.spacingMs);
  });

  test('waits longer each time Discord does not answer, up to 30 s, and no longer once it is back', () => {
    const pace = createPace(0, () => 0);
    const waits = Array.from({ length: 7 }, (_, i) => {
      const now = i * 1_000_000;
      pace.failed(now);
      return pace.readyAt(false) - now;
    });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    pace.retryNow(6_000_001);
    expect(pace.readyAt(false)).toBe(6_000_001);
    pace.succeeded();
    pace.failed(7_000_000);
    expect(pace.readyAt(false)).toBe(7_001_000);
  });

  test('slows down as a message ages', () => {
    const hours = [0, 0.1, 0.5, 0.95, 5, 7, 25, 24 * 30].map((hour) => editIntervalMs(hour * 3_600_000));
    expect(hours).toEqual([...hours].sort((a, b) => a - b));
    expect(editIntervalMs(-1)).toBe(2500);
  });
});

/**
 * A day in one channel: 20 jobs at any time, of 20 minutes to 20 hours, each changing every 20 s; the real reporter and the
 * real REST client of discord.js, over virtual time and the rules of Discord.
 */
test('a day of 20 jobs in one channel draws no 429 and no 30046, and every last state is shown', async () => {
  const hourMs = 3_600_000;
  const startMs = Date.UTC(2026, 0, 1);
  const time = createVirtualTime(startMs);
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const discord = simulateDiscord(time, () => 30 + random() * 400);
  const db = openDatabase(':memory:');
  const jobs = createJobStore(db);
  const plans = createPlanStore(db);
  const live = createLiveMessageStore(db);
  const clock = () => Math.floor(time.now());
  const ends = new Map<number, number>();
  let changes = 0;

  const reporter = createReporter({
    rest: discord.rest,
    selfId: '1',
    stores: { jobs, live, notices: createNoticeStore(db) },
    render(id) {
      const job = jobs.get(id);
      if (!job) return Promise.resolve(undefined);
      const final = isEnded(job.state);
      return Promise.resolve({
        body: { content: `job ${id} ${final ? 'ended' : `change ${changes}`}` },
        final,
      });
    },
    renderNotice: () => Promise.resolve({ content: 'unused' }),
    onChange: () => () => undefined,
    log: pino({ enabled: false }),
    clock,
    monotonic: time.now,
    schedule: time.schedule,
  });

  function begin(): void {
    const stored = plans.create({
      plan: makeTrainPlan(),
      requestedBy: '100000000000000001',
      guildId: '200000000000000001',
      channelId: '300000000000000001',
      createdAt: clock(),
      expiresAt: clock(),
    });
    const confirmed = plans.confirm(stored.id, '1', clock(), stored.channelId);
    if (confirmed.outcome !== 'confirmed') throw new Error('not confirmed');
    for (const job of confirmed.jobs) {
      const starting = jobs.transition(job, { name: 'starting', at: clock(), attempt: 1 });
      const process = { pid: 1, startedAt: '1', bootId: 'b' };
      if (starting) jobs.transition(starting, { name: 'running', at: clock(), attempt: 1, process });
      ends.set(job.id, time.now() + (1 / 3) * hourMs + random() ** 2 * 20 * hourMs);
    }
  }

  function step(): void {
    changes += 1;
    for (const job of jobs.listActive()) {
      if (time.now() >= (ends.get(job.id) ?? 0) || time.now() - startMs >= 24 * hourMs) {
        jobs.transition(job, { name: 'succeeded', at: clock(), warnings: [] });
      }
      reporter.touch(job.id);
    }
    if (time.now() - startMs >= 24 * hourMs) return;
    while (jobs.listActive().length < 20) begin();
    time.schedule(step, 20_000);
  }

  reporter.start();
  step();
  let longestSilenceMs = 0;
  const seen = new Map<string, { edits: number; at: number }>();
  while (time.now() - startMs < 24 * hourMs) {
    await time.pass(60_000);
    for (const job of jobs.listActive()) {
      const message = discord.messages.get(live.get(job.id)?.messageId ?? '');
      if (!message) continue;
      const before = seen.get(message.id);
      if (before?.edits === message.edits)
        longestSilenceMs = Math.max(longestSilenceMs, time.now() - before.at);
      else seen.set(message.id, { edits: message.edits, at: time.now() });
    }
  }
  await time.pass(10 * 60_000);
  await reporter.stop();

  const count = ends.size;
  expect(discord.refusals).toEqual([]);
  expect(count).toBeGreaterThan(60);
  expect(discord.messages.size).toBe(count);
  const shown = new Set([...discord.messages.values()].map(({ content }) => content.split('\n')[0]));
  expect(shown).toEqual(new Set([...ends.keys()].map((id) => `job ${id} ended`)));
  expect(live.listOpenJobIds()).toEqual([]);
  // Twenty old messages at 2 edits in 6.5 s come round in 65 s; the oldest wait 2 minutes by choice.
  expect(longestSilenceMs).toBeLessThanOrEqual(5 * 60_000);
  db.close();
}, 60_000);

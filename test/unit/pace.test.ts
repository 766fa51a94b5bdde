import { describe, expect, test } from 'vitest';
import { createPace, editIntervalMs, paceRules } from '../../src/discord/reporter/pace.js';
import { alice } from '../helpers/jobs.js';
import { reportJobs } from '../helpers/reported-jobs.js';

const hourMs = 3_600_000;
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
  let seed = 1;
  const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bot = await reportJobs({ latencyMs: () => 30 + random() * 400 });
  const { time, clock, jobs, live, discord } = bot;
  const dayEnd = time.now() + 24 * hourMs;
  const ends = new Map<number, number>();
  const reporter = bot.start();

  function step(): void {
    const over = time.now() >= dayEnd;
    for (const job of jobs.listActive()) {
      if (over || time.now() >= (ends.get(job.id) ?? 0)) bot.finish(job);
      reporter.touch(job.id);
    }
    if (over) return;
    while (jobs.listActive().length < 20) {
      ends.set(bot.begin().id, time.now() + hourMs / 3 + random() ** 2 * 20 * hourMs);
    }
    time.schedule(step, 20_000);
  }

  step();
  let longestSilenceMs = 0;
  const seen = new Map<string, { edits: number; at: number }>();
  while (time.now() <= dayEnd) {
    await time.pass(60_000);
    const messages = new Map(discord.messages.map((message) => [message.id, message]));
    for (const job of jobs.listActive()) {
      const message = messages.get(live.get(job.id)?.messageId ?? '');
      if (!message) continue;
      const before = seen.get(message.id);
      if (before?.edits === message.edits)
        longestSilenceMs = Math.max(longestSilenceMs, time.now() - before.at);
      else seen.set(message.id, { edits: message.edits, at: time.now() });
    }
  }
  await time.pass(10 * 60_000);
  await reporter.stop();

  expect(discord.refusals).toEqual([]);
  expect(ends.size).toBeGreaterThan(60);
  const shown = bot.shown().map((line) => line?.replace(/ \d+$/, ''));
  const expected = [...ends.keys()].flatMap((id) => [
    `job ${id} succeeded`,
    `<@${alice.userId}> job ${id} finished`,
  ]);
  expect(shown).toHaveLength(expected.length);
  expect(new Set(shown)).toEqual(new Set(expected));
  expect([live.listOpenJobIds(), bot.notices.listPending(10)]).toEqual([[], []]);
  // Twenty old messages at 2 edits in 6.5 s come round in 65 s; the oldest wait 2 minutes by choice, and are looked at here
  // once a minute.
  expect(longestSilenceMs).toBeLessThanOrEqual(4 * 60_000);
  expect(clock()).toBeGreaterThan(dayEnd);
}, 60_000);

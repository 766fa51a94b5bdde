import { describe, expect, test } from 'vitest';
import { alice } from '../helpers/jobs.js';
import { fallbackChannel, reportJobs } from '../helpers/reported-jobs.js';
import { directChannelOf, type SimulatedRequest } from '../helpers/simulated-discord.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const direct = directChannelOf(alice.userId);
const isCreate = ({ method, path }: SimulatedRequest): boolean =>
  method === 'POST' && path.endsWith('/messages');
const isEdit = ({ method }: SimulatedRequest): boolean => method === 'PATCH';

describe('the message of a job', () => {
  test('is posted once, edited with the newest state, and left alone after its end', async () => {
    const bot = await reportJobs();
    const reporter = bot.start();
    const job = bot.begin();
    reporter.touch(job.id);
    await bot.time.pass(1000);
    expect(bot.shown()).toEqual([`job ${job.id} running 1`]);
    expect(bot.live.get(job.id)).toMatchObject({ channelId: alice.channelId, final: false });
    // Three changes at once are one edit, and not before its time.
    reporter.touch(job.id);
    reporter.touch(job.id);
    reporter.touch(job.id);
    await bot.time.pass(10_000);
    expect(bot.shown()).toEqual([`job ${job.id} running 2`]);
    bot.finish(job);
    reporter.touch(job.id);
    await bot.time.pass(5000);
    expect(bot.shown()[0]).toBe(`job ${job.id} succeeded 3`);
    expect(bot.live.get(job.id)?.final).toBe(true);
    const before = bot.discord.requests.length;
    reporter.touch(job.id);
    await bot.time.pass(hourMs);
    expect(bot.discord.requests).toHaveLength(before);
  });

  test('is not edited when it would show the same', async () => {
    const bot = await reportJobs({
      reporter: { render: () => Promise.resolve({ body: { content: 'the same' }, final: false }) },
    });
    const reporter = bot.start();
    const job = bot.begin();
    for (let i = 0; i < 5; i += 1) {
      reporter.touch(job.id);
      await bot.time.pass(minuteMs);
    }
    expect(bot.discord.requests).toHaveLength(1);
  });

  test('shows a change of state before it is due for progress', async () => {
    const bot = await reportJobs();
    const reporter = bot.start();
    const job = bot.begin();
    reporter.touch(job.id);
    await bot.time.pass(hourMs * 7);
    reporter.touch(job.id);
    await bot.time.pass(minuteMs);
    bot.finish(job);
    reporter.touch(job.id);
    await bot.time.pass(7000);
    expect(bot.shown()[0]).toMatch(/succeeded/);
  });

  test('goes on after a restart, in the same message', async () => {
    const bot = await reportJobs();
    const job = bot.begin();
    const first = bot.start();
    first.touch(job.id);
    await bot.time.pass(1000);
    await first.stop();
    bot.finish(job);
    bot.start();
    await bot.time.pass(5000);
    expect(bot.shown()).toEqual([expect.stringMatching(/succeeded/), expect.stringMatching(/finished/)]);
  });

  test('is posted anew once when it was deleted', async () => {
    const bot = await reportJobs();
    const reporter = bot.start();
    const job = bot.begin();
    for (let i = 0; i < 3; i += 1) {
      reporter.touch(job.id);
      await bot.time.pass(minuteMs);
      const messageId = bot.live.get(job.id)?.messageId ?? '';
      if (i < 2) bot.discord.remove(messageId);
    }
    // The first was deleted and replaced; deleted again it stays away.
    reporter.touch(job.id);
    await bot.time.pass(minuteMs);
    expect(bot.discord.requests.filter(isCreate)).toHaveLength(2);
    expect(bot.shown()).toEqual([]);
  });

  test('is one, however often the answer to its posting is lost', async () => {
    const bot = await reportJobs();
    let lost = 0;
    bot.setFault((request) => (isCreate(request) && lost++ < 3 ? 'lost' : undefined));
    const reporter = bot.start();
    reporter.touch(bot.begin().id);
    await bot.time.pass(5 * minuteMs);
    expect(lost).toBeGreaterThanOrEqual(1);
    expect(bot.shown()).toHaveLength(1);
  });

  test('is found again when the bot was killed between posting and writing that down', async () => {
    const bot = await reportJobs();
    const job = bot.begin();
    bot.setFault((request) => (isCreate(request) ? 'lost' : request.method === 'GET' ? 'down' : undefined));
    const first = bot.start();
    first.touch(job.id);
    await bot.time.pass(1000);
    await first.stop(0);
    bot.setFault(() => undefined);
    // Long after Discord has forgotten the nonce.
    await bot.time.pass(hourMs);
    bot.start();
    await bot.time.pass(10_000);
    expect(bot.shown()).toEqual([`job ${job.id} running 3`]);
  });

  test('shows the newest state after an hour without Discord', async () => {
    const bot = await reportJobs();
    const reporter = bot.start();
    const job = bot.begin();
    reporter.touch(job.id);
    await bot.time.pass(1000);
    bot.setFault(() => 'down');
    for (let i = 0; i < 60; i += 1) {
      reporter.touch(job.id);
      await bot.time.pass(minuteMs);
    }
    bot.finish(job);
    reporter.touch(job.id);
    await bot.time.pass(10_000);
    // Waits had grown to 30 s: about two tries a minute, and not one a change.
    expect(bot.discord.requests.length).toBeLessThan(60 * 2 * 1.5);
    bot.setFault(() => undefined);
    reporter.wake();
    await bot.time.pass(10_000);
    expect(bot.shown()).toEqual([expect.stringMatching(/succeeded/), expect.stringMatching(/finished/)]);
    expect(bot.discord.refusals).toEqual([]);
  });

  test.each([10003, 50001, 50013])(
    'moves to the fallback channel on %s, then to its person',
    async (code) => {
      const bot = await reportJobs();
      const reporter = bot.start();
      const job = bot.begin();
      reporter.touch(job.id);
      await bot.time.pass(1000);
      const closed = new Set([alice.channelId]);
      bot.setFault(({ channelId = '' }) => (closed.has(channelId) ? code : undefined));
      reporter.touch(job.id);
      await bot.time.pass(10_000);
      expect(bot.shown(fallbackChannel)).toEqual([expect.stringMatching(/running/)]);
      closed.add(fallbackChannel);
      reporter.touch(job.id);
      await bot.time.pass(minuteMs);
      expect(bot.shown(direct)).toEqual([expect.stringMatching(/running/)]);
      bot.finish(job);
      reporter.touch(job.id);
      await bot.time.pass(minuteMs);
      expect(bot.shown(direct)).toEqual([
        expect.stringMatching(/succeeded/),
        expect.stringMatching(/finished/),
      ]);
      expect(bot.jobs.get(job.id)?.state.name).toBe('succeeded');
    },
  );

  test('that nobody can be shown is tried ever more seldom', async () => {
    const bot = await reportJobs({ fault: () => 50001 });
    const reporter = bot.start();
    reporter.touch(bot.begin().id);
    await bot.time.pass(24 * hourMs);
    // 10,000 refusals in 10 minutes ban the address.
    expect(bot.discord.requests.length).toBeLessThan(200);
    bot.setFault(() => undefined);
    await bot.time.pass(2 * hourMs);
    expect(bot.shown()).toHaveLength(1);
  });

  test('is tried again when it could not be rendered or was refused, and does not hold up others', async () => {
    let broken = true;
    const bot = await reportJobs({
      reporter: {
        render: (id) =>
          broken && id === 1
            ? Promise.reject(new Error('no picture'))
            : Promise.resolve({ body: { content: `job ${id}` }, final: false }),
      },
    });
    const reporter = bot.start();
    reporter.touch(bot.begin().id);
    reporter.touch(bot.begin().id);
    await bot.time.pass(5000);
    expect(bot.shown()).toEqual(['job 2']);
    broken = false;
    await bot.time.pass(minuteMs);
    expect(bot.shown()).toEqual(['job 2', 'job 1']);
  });

  test('of a job that ended long ago without one is not posted any more', async () => {
    const bot = await reportJobs();
    bot.finish(bot.begin());
    await bot.time.pass(25 * hourMs);
    bot.start();
    await bot.time.pass(minuteMs);
    expect(bot.shown()).toEqual([expect.stringMatching(/finished/)]);
  });
});

describe('the pace', () => {
  test('a limit that Discord did not tell is waited out, and nothing is lost', async () => {
    const bot = await reportJobs();
    const reporter = bot.start();
    const job = bot.begin();
    reporter.touch(job.id);
    await bot.time.pass(1000);
    let limited = 0;
    bot.setFault((request) => (isEdit(request) && limited++ < 2 ? 429 : undefined));
    bot.finish(job);
    reporter.touch(job.id);
    await bot.time.pass(2 * minuteMs);
    expect(bot.shown()[0]).toMatch(/succeeded/);
    expect(limited).toBe(3);
  });

  test('twenty messages of over an hour are taken up again after a restart without drawing 30046', async () => {
    const bot = await reportJobs();
    const first = bot.start();
    for (let i = 0; i < 20; i += 1) first.touch(bot.begin().id);
    await bot.time.pass(2 * hourMs);
    await first.stop();
    const startedAt = bot.time.now();
    bot.start();
    await bot.time.pass(70_000);
    const edited = bot.discord.messages.filter(({ content }) => Number(/(\d+)\n/.exec(content)?.[1]) > 20);
    expect(edited).toHaveLength(20);
    expect(bot.discord.refusals).toEqual([]);
    expect(bot.time.now() - startedAt).toBe(70_000);
  });
});

test('another message is edited on request, the newest wins, and one that is gone is left', async () => {
  const bot = await reportJobs();
  const reporter = bot.start();
  reporter.touch(bot.begin().id);
  await bot.time.pass(3000);
  const id = bot.discord.messages[0]?.id ?? '';
  bot.setFault((request) => (isEdit(request) ? 'down' : undefined));
  reporter.edit(alice.channelId, id, { content: 'first' });
  await bot.time.pass(3000);
  reporter.edit(alice.channelId, id, { content: 'second' });
  bot.setFault(() => undefined);
  await bot.time.pass(minuteMs);
  expect(bot.shown()).toEqual(['second']);
  const before = bot.discord.requests.length;
  reporter.edit(alice.channelId, '1400000000000000000', { content: 'gone' });
  await bot.time.pass(minuteMs);
  expect(bot.discord.requests).toHaveLength(before + 1);
});

test('what is urgent is sent when the bot stops, and not waited for when Discord is away', async () => {
  const bot = await reportJobs();
  const reporter = bot.start();
  const job = bot.begin();
  reporter.touch(job.id);
  await bot.time.pass(3000);
  bot.finish(job);
  reporter.touch(job.id);
  const stopped = reporter.stop(1000);
  await bot.time.pass(5000);
  await stopped;
  expect(bot.shown()).toEqual([expect.stringMatching(/succeeded/), expect.stringMatching(/finished/)]);

  const other = await reportJobs({ fault: () => 'down' });
  const cut = other.start();
  cut.touch(other.begin().id);
  const from = performance.now();
  await cut.stop(100);
  expect(performance.now() - from).toBeLessThan(1000);
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { carriesMark, markOfJob, markOfNotice, withMark } from '../../src/discord/reporter/mark.js';
import { alice } from '../helpers/jobs.js';
import { fallbackChannel, reportJobs } from '../helpers/reported-jobs.js';
import { directChannelOf, type SimulatedRequest } from '../helpers/simulated-discord.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const isCreate = ({ method, path }: SimulatedRequest): boolean =>
  method === 'POST' && path.endsWith('/messages');

/** Without live messages: what is left are notices. */
const noticesAlone = { reporter: { render: () => Promise.resolve(undefined) } };

describe('a notice', () => {
  test('arrives once, pings its person, and is written down', async () => {
    const bot = await reportJobs(noticesAlone);
    const reporter = bot.start();
    const job = bot.begin();
    bot.finish(job);
    reporter.touch(job.id);
    await bot.time.pass(hourMs);
    expect(bot.shown()).toEqual([`<@${alice.userId}> job ${job.id} finished`]);
    expect(bot.discord.messages[0]?.mentions).toEqual([alice.userId]);
    expect(bot.notices.listPending(10)).toEqual([]);
  });

  test('keeps its place in the order', async () => {
    const bot = await reportJobs(noticesAlone);
    let tries = 0;
    bot.setFault((request) => (isCreate(request) && tries++ % 3 !== 2 ? 'down' : undefined));
    const jobs = Array.from({ length: 5 }, () => bot.finish(bot.begin()));
    bot.start();
    await bot.time.pass(10 * minuteMs);
    expect(bot.shown()).toEqual(jobs.map(({ id }) => `<@${alice.userId}> job ${id} finished`));
  });

  test('is not doubled when the answer was lost, even past the life of its nonce', async () => {
    const bot = await reportJobs(noticesAlone);
    let posted = false;
    bot.setFault((request) => {
      if (posted) return 'down';
      if (!isCreate(request)) return undefined;
      posted = true;
      return 'lost';
    });
    const reporter = bot.start();
    const job = bot.finish(bot.begin());
    reporter.touch(job.id);
    await bot.time.pass(hourMs);
    expect(bot.notices.listPending(10)).toHaveLength(1);
    bot.setFault(() => undefined);
    await bot.time.pass(minuteMs);
    expect(bot.shown()).toHaveLength(1);
    expect(bot.notices.listPending(10)).toEqual([]);
  });

  test('is not doubled when the bot was killed before it could write it down', async () => {
    const bot = await reportJobs(noticesAlone);
    const markSent = bot.notices.markSent.bind(bot.notices);
    bot.notices.markSent = () => {
      throw new Error('killed');
    };
    const first = bot.start();
    first.touch(bot.finish(bot.begin()).id);
    await bot.time.pass(1000);
    await first.stop(0);
    await bot.time.pass(hourMs);
    bot.notices.markSent = markSent;
    bot.start();
    await bot.time.pass(minuteMs);
    expect(bot.shown()).toHaveLength(1);
    expect(bot.notices.listPending(10)).toEqual([]);
  });

  test.each([10003, 50001, 50013])('goes to the fallback channel on %s, then to its person', async (code) => {
    const bot = await reportJobs(noticesAlone);
    const closed = new Set([alice.channelId]);
    bot.setFault(({ channelId = '' }) => (closed.has(channelId) ? code : undefined));
    const reporter = bot.start();
    reporter.touch(bot.finish(bot.begin()).id);
    await bot.time.pass(minuteMs);
    expect(bot.shown(fallbackChannel)).toHaveLength(1);
    closed.add(fallbackChannel);
    reporter.touch(bot.finish(bot.begin()).id);
    await bot.time.pass(minuteMs);
    expect(bot.shown(directChannelOf(alice.userId))).toHaveLength(1);
    expect(bot.notices.listPending(10)).toEqual([]);
  });

  test('that reaches nobody waits, lets others pass, and is sent when it can be', async () => {
    const bot = await reportJobs(noticesAlone);
    bot.setFault((request) => (request.path.includes('@me') ? 50007 : isCreate(request) ? 50001 : undefined));
    const reporter = bot.start();
    reporter.touch(bot.finish(bot.begin()).id);
    await bot.time.pass(24 * hourMs);
    expect(bot.discord.requests.length).toBeLessThan(200);
    bot.setFault(() => undefined);
    reporter.touch(bot.finish(bot.begin()).id);
    await bot.time.pass(10_000);
    expect(bot.discord.messages).toHaveLength(1);
    await bot.time.pass(2 * hourMs);
    expect(bot.discord.messages).toHaveLength(2);
  });

  test('that Discord refuses or that cannot be rendered goes out in plain words', async () => {
    const bot = await reportJobs({
      reporter: {
        ...noticesAlone.reporter,
        renderNotice: () => Promise.reject(new Error('files are gone')),
      },
    });
    const reporter = bot.start();
    const job = bot.finish(bot.begin());
    reporter.touch(job.id);
    await bot.time.pass(minuteMs);
    expect(bot.shown()).toEqual([`<@${alice.userId}> There is news of job ${job.id}.`]);
    expect(bot.discord.messages[0]?.mentions).toEqual([alice.userId]);
  });

  test('arrives once through any sequence of faults and restarts', async () => {
    const faults = fc.array(fc.constantFrom('lost', 'down', undefined, 'kill', 'hour'), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(faults, async (sequence) => {
        const bot = await reportJobs(noticesAlone);
        const jobs = [bot.finish(bot.begin()), bot.finish(bot.begin())];
        let reporter = bot.start();
        for (const what of sequence) {
          if (what === 'kill') {
            await reporter.stop(0);
            reporter = bot.start();
          } else if (what === 'hour') await bot.time.pass(hourMs);
          else {
            bot.setFault((request) => (isCreate(request) || what === 'down' ? what : undefined));
            await bot.time.pass(3000);
          }
        }
        bot.setFault(() => undefined);
        await bot.time.pass(2 * minuteMs);
        await reporter.stop();
        expect(bot.shown()).toEqual(jobs.map(({ id }) => `<@${alice.userId}> job ${id} finished`));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a mark', () => {
  const notice = { jobId: 12, id: 34 };

  test('stands in the footer, or in small print where there is none', () => {
    const mark = markOfNotice(notice);
    expect(withMark({ embeds: [{ title: 't', footer: { text: 'Ended' } }] }, mark).embeds).toEqual([
      { title: 't', footer: { text: 'Ended · #12·34' } },
    ]);
    expect(withMark({ content: 'done' }, mark).content).toBe('done\n-# #12·34');
    expect(withMark({ content: 'x'.repeat(3000) }, mark).content).toHaveLength(2000);
  });

  test('is found where it stands, and nowhere else', () => {
    const mark = markOfNotice(notice);
    expect(carriesMark(withMark({ embeds: [{ title: 't' }] }, mark), mark)).toBe(true);
    expect(carriesMark(withMark({ content: 'x' }, mark), mark)).toBe(true);
    expect(carriesMark(withMark({ content: 'x' }, mark), markOfJob(12))).toBe(false);
    expect(carriesMark(withMark({ content: 'x' }, markOfJob(12)), mark)).toBe(false);
    expect(carriesMark(withMark({ content: 'x' }, markOfJob(112)), markOfJob(12))).toBe(false);
    expect(
      carriesMark({ content: `${mark}\nmore`, embeds: [{ footer: { text: `${mark} more` } }] }, mark),
    ).toBe(false);
  });
});

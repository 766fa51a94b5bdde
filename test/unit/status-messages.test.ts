import { expect, test } from 'vitest';
import { createStatusMessageStore } from '../../src/db/status-message-store.js';
import type { ReporterOptions } from '../../src/discord/reporter/reporter.js';
import type { StatusMessage, StatusMessageStore } from '../../src/services/status/ports.js';
import { alice } from '../helpers/jobs.js';
import { reportJobs } from '../helpers/reported-jobs.js';
import type { SimulatedRequest } from '../helpers/simulated-discord.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const otherChannel = '300000000000000077';
const isCreate = ({ method }: SimulatedRequest): boolean => method === 'POST';

/** A reporter with a status that says something new each time it is rendered. */
async function open(say?: (message: StatusMessage) => string) {
  // The database is there once the reporter's options were given.
  const later: { store?: StatusMessageStore } = {};
  let renders = 0;
  const listeners = new Set<() => void>();
  const messages: StatusMessageStore = {
    begin: (message) => later.store!.begin(message),
    list: () => later.store?.list() ?? [],
    setPosted: (...given) => later.store?.setPosted(...given),
    setPin: (...given) => later.store?.setPin(...given),
    remove: (id) => later.store?.remove(id),
  };
  const status: ReporterOptions['status'] = {
    messages,
    render(message) {
      renders += 1;
      return Promise.resolve({ content: say?.(message) ?? `status ${message.pin} ${renders}` });
    },
    onPost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const bot = await reportJobs({ reporter: { status } });
  later.store = createStatusMessageStore(bot.db);
  return {
    ...bot,
    messages,
    ask(change: { pin?: boolean; channelId?: string } = {}) {
      const { pin = false, channelId = alice.channelId } = change;
      const { guildId, userId: requestedBy } = alice;
      const wanted = pin ? ('wanted' as const) : ('no' as const);
      messages.begin({ guildId, channelId, requestedBy, createdAt: bot.clock(), pin: wanted });
      for (const listener of listeners) listener();
    },
    edits: () => bot.discord.requests.filter(({ method }) => method === 'PATCH').length,
  };
}

/** The status among what stands in a channel. */
const statusIn = (texts: readonly (string | undefined)[]) =>
  texts.filter((text) => text?.startsWith('status'));

test('the status is posted, then edited: often enough, and not at every step of a job', async () => {
  const bot = await open();
  const reporter = bot.start();
  const job = bot.begin();
  reporter.touch(job.id);
  bot.ask();
  await bot.time.pass(5000);
  expect(statusIn(bot.shown())).toHaveLength(1);
  // 4 touches a second for a minute: the job's own message takes 24 edits, the status at most one in 15 s.
  const shown: (string | undefined)[] = [];
  for (let tick = 0; tick < 240; tick += 1) {
    reporter.touch(job.id);
    await bot.time.pass(250);
    shown.push(statusIn(bot.shown())[0]);
  }
  const changes = shown.filter((text, index) => index > 0 && text !== shown[index - 1]);
  expect(changes.length).toBeGreaterThanOrEqual(3);
  expect(changes.length).toBeLessThanOrEqual(5);
  // A job that ends is seen at once.
  const before = statusIn(bot.shown())[0];
  bot.finish(job);
  reporter.touch(job.id);
  await bot.time.pass(6000);
  expect(statusIn(bot.shown())[0]).not.toBe(before);
  expect(bot.discord.refusals).toEqual([]);
});

test('what changes by itself is looked at once a minute, and the same is not sent again', async () => {
  const bot = await open(() => 'status the same');
  bot.start();
  bot.ask();
  await bot.time.pass(hourMs);
  expect(bot.discord.requests.filter(isCreate)).toHaveLength(1);
  expect(bot.edits()).toBe(0);
});

test('an old status with busy jobs never goes too fast', async () => {
  const bot = await open();
  const reporter = bot.start();
  bot.ask();
  const job = bot.begin();
  for (let second = 0; second < 3 * 3600; second += 5) {
    reporter.touch(job.id);
    await bot.time.pass(5000);
  }
  expect(bot.discord.refusals).toEqual([]);
  const [first] = bot.messages.list();
  expect(first).toMatchObject({ replaced: false });
});

test('the same message goes on after a restart', async () => {
  const bot = await open();
  const first = bot.start();
  bot.ask();
  await bot.time.pass(5000);
  await first.stop();
  const before = statusIn(bot.shown());
  bot.start();
  await bot.time.pass(20_000);
  expect(statusIn(bot.shown())).toHaveLength(1);
  expect(statusIn(bot.shown())).not.toEqual(before);
});

test('it is one, also when the bot died before it knew that it was posted', async () => {
  const bot = await open();
  const first = bot.start();
  bot.setFault((request) => (isCreate(request) ? 'lost' : undefined));
  bot.ask();
  await bot.time.pass(1500);
  await first.stop(0);
  // Longer than Discord remembers a nonce.
  await bot.time.pass(10 * minuteMs);
  bot.setFault(() => undefined);
  bot.start();
  await bot.time.pass(minuteMs);
  expect(statusIn(bot.shown())).toHaveLength(1);
});

test('a new one takes the place of the old, in another channel too', async () => {
  const bot = await open();
  bot.start();
  bot.ask();
  await bot.time.pass(5000);
  bot.ask({ channelId: otherChannel });
  await bot.time.pass(5000);
  expect(statusIn(bot.shown())).toEqual([]);
  expect(statusIn(bot.shown(otherChannel))).toHaveLength(1);
  expect(bot.messages.list()).toMatchObject([{ channelId: otherChannel, replaced: false }]);
  bot.ask({ channelId: otherChannel });
  bot.ask({ channelId: otherChannel });
  await bot.time.pass(10_000);
  expect(statusIn(bot.shown(otherChannel))).toHaveLength(1);
  expect(bot.messages.list()).toHaveLength(1);
});

test('the old one stays while the new one cannot be posted', async () => {
  const bot = await open();
  bot.start();
  bot.ask();
  await bot.time.pass(5000);
  bot.setFault((request) => (isCreate(request) ? 'down' : undefined));
  bot.ask({ channelId: otherChannel });
  await bot.time.pass(minuteMs);
  expect(statusIn(bot.shown())).toHaveLength(1);
  bot.setFault(() => undefined);
  await bot.time.pass(minuteMs);
  expect(statusIn(bot.shown())).toEqual([]);
  expect(statusIn(bot.shown(otherChannel))).toHaveLength(1);
});

test('deleted by somebody it stays away, and nothing is tried any more', async () => {
  const bot = await open();
  bot.start();
  bot.ask();
  await bot.time.pass(5000);
  bot.discord.remove(bot.messages.list()[0]?.messageId ?? '');
  await bot.time.pass(3 * minuteMs);
  const before = bot.discord.requests.length;
  expect(bot.messages.list()).toEqual([]);
  await bot.time.pass(hourMs);
  expect(bot.discord.requests).toHaveLength(before);
});

test('a channel that is closed to it ends it', async () => {
  const bot = await open();
  bot.start();
  bot.setFault(() => 50001);
  bot.ask();
  await bot.time.pass(hourMs);
  expect(bot.discord.requests).toHaveLength(1);
  expect(bot.messages.list()).toEqual([]);
});

test('it is pinned where that was asked for, once', async () => {
  const bot = await open();
  bot.start();
  bot.ask({ pin: true });
  await bot.time.pass(5 * minuteMs);
  const [message] = bot.messages.list();
  expect(message?.pin).toBe('done');
  expect(bot.discord.pinned).toEqual([message?.messageId]);
});

test('a pin that Discord refuses is told in the message, and not tried again', async () => {
  const bot = await open();
  bot.setFault(({ method }) => (method === 'PUT' ? 50013 : undefined));
  bot.start();
  bot.ask({ pin: true });
  await bot.time.pass(10 * minuteMs);
  expect(statusIn(bot.shown())[0]).toMatch(/^status refused/);
  expect(bot.discord.requests.filter(({ method }) => method === 'PUT')).toHaveLength(1);
});

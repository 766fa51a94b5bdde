import { ChannelType } from 'discord.js';
import { expect, test } from 'vitest';
import { channelOf, logIn, refusalOf } from '../helpers/discord-client.js';
import { ids, makeSandbox } from '../helpers/sandbox.js';

/** PIN_MESSAGES and MANAGE_MESSAGES. */
const [pinMessages, manageMessages] = [1n << 51n, 1n << 13n];

test('pins are listed newest first, and an edit keeps them', async () => {
  const sandbox = await makeSandbox();
  const channel = await channelOf(await logIn(sandbox));
  const [first, second] = [await channel.send('first'), await channel.send('second')];
  await first.pin();
  sandbox.world.clock.advance(1000);
  await second.pin();
  await second.edit('changed');
  const { items, hasMore } = await channel.messages.fetchPins();
  expect(items.map(({ message }) => [message.content, message.pinned])).toEqual([
    ['changed', true],
    ['first', true],
  ]);
  expect(hasMore).toBe(false);
  await first.unpin();
  expect((await channel.messages.fetch({ message: first.id, force: true })).pinned).toBe(false);
  expect((await channel.messages.fetchPins()).items).toHaveLength(1);
});

test('a pin needs the permission of its own: that to manage messages is not enough', async () => {
  const sandbox = await makeSandbox();
  const channel = await channelOf(await logIn(sandbox));
  const message = await channel.send('x');
  const stored = sandbox.world.channels.get(channel.id);
  if (stored) stored.overwrites = [{ id: ids.roles.bot, type: 0, allow: manageMessages, deny: pinMessages }];
  expect(await refusalOf(message.pin())).toMatchObject({ status: 403, code: 50013 });
  expect((await refusalOf(channel.messages.pin('100000000000000099'))).code).toBe(50013);
  if (stored) stored.overwrites = [];
  expect((await refusalOf(channel.messages.pin('100000000000000099'))).code).toBe(10008);
});

test('a thread is a channel of its own, with the id of the message that it hangs on', async () => {
  const sandbox = await makeSandbox();
  const channel = await channelOf(await logIn(sandbox));
  const message = await channel.send('x');
  const thread = await message.startThread({ name: 'the details' });
  expect([thread.id, thread.type, thread.parentId]).toEqual([
    message.id,
    ChannelType.PublicThread,
    channel.id,
  ]);
  await thread.send('inside');
  expect(sandbox.world.messages.get(thread.id)?.map(({ content }) => content)).toEqual(['inside']);
  expect(sandbox.world.messages.get(channel.id)?.map(({ content }) => content)).toEqual(['x']);
  expect(await refusalOf(channel.threads.create({ name: 'x'.repeat(101) }))).toMatchObject({ code: 50035 });
});

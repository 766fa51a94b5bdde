import { ButtonBuilder, ButtonStyle, EmbedBuilder } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { channelOf, logIn, refusalOf } from '../helpers/discord-client.js';
import { ids, makeSandbox } from '../helpers/sandbox.js';

describe('messages', () => {
  test('are posted, edited, listed and deleted; only named users are pinged', async () => {
    const sandbox = await makeSandbox();
    const channel = await channelOf(await logIn(sandbox));
    const content = `<@${ids.users.tom}> and <@${ids.users.vera}>`;
    const message = await channel.send({ content, allowedMentions: { users: [ids.users.tom] } });
    const stored = sandbox.world.messages.get(channel.id)?.[0];
    expect(stored).toMatchObject({ content, pinged: [ids.users.tom], editedAt: undefined });
    const edited = await message.edit({ content: 'other', allowedMentions: { users: [ids.users.vera] } });
    expect(edited.editedTimestamp).not.toBeNull();
    expect(stored).toMatchObject({ content: 'other', pinged: [ids.users.tom] });
    expect((await channel.messages.fetch({ limit: 5 })).map(({ id }) => id)).toEqual([message.id]);
    await message.delete();
    expect((await refusalOf(message.edit('x'))).code).toBe(10008);
  });

  test('carry pictures: an edit keeps what it lists and drops the rest', async () => {
    const sandbox = await makeSandbox();
    const channel = await channelOf(await logIn(sandbox));
    const embed = new EmbedBuilder().setTitle('t').setImage('attachment://a.png');
    const files = [{ name: 'a.png', attachment: Buffer.from('first') }];
    const message = await channel.send({ embeds: [embed], files });
    const url = message.embeds[0]?.image?.url ?? '';
    expect(await (await fetch(url)).text()).toBe('first');
    await message.edit({
      embeds: [embed],
      files: [{ name: 'a.png', attachment: Buffer.from('second') }],
      attachments: [],
    });
    const stored = sandbox.world.messages.get(channel.id)?.[0];
    expect(stored?.attachments.map(({ data }) => data.toString())).toEqual(['second']);
    expect((await fetch(url)).status).toBe(404);
    await message.edit({ content: 'kept', embeds: [embed] });
    expect(stored?.attachments).toHaveLength(1);
  });

  test('with the same enforced nonce are one', async () => {
    const sandbox = await makeSandbox();
    const channel = await channelOf(await logIn(sandbox));
    const first = await channel.send({ content: 'a', nonce: '7', enforceNonce: true });
    const second = await channel.send({ content: 'a', nonce: '7', enforceNonce: true });
    expect(second.id).toBe(first.id);
    sandbox.world.clock.advance(10 * 60_000);
    expect((await channel.send({ content: 'a', nonce: '7', enforceNonce: true })).id).not.toBe(first.id);
  });

  const button = (id: string, label = 'b') =>
    new ButtonBuilder().setCustomId(id).setLabel(label).setStyle(ButtonStyle.Primary).toJSON();
  const row = (...components: unknown[]) => ({ type: 1, components });
  const embeds = (embed: object, count = 1) => ({ embeds: Array.from({ length: count }, () => embed) });
  test.each([
    ['content', { content: 'x'.repeat(2001) }, 'content'],
    ['11 embeds', embeds({ title: 't' }, 11), 'embeds'],
    ['title', embeds({ title: 'x'.repeat(257) }), 'title'],
    ['description', embeds({ description: 'x'.repeat(4097) }), 'description'],
    ['6001 characters in all', embeds({ description: 'x'.repeat(3001) }, 2), 'MAX_EMBED_SIZE_EXCEEDED'],
    [
      '26 fields',
      embeds({ fields: Array.from({ length: 26 }, () => ({ name: 'n', value: 'v' })) }),
      'fields',
    ],
    ['an empty field', embeds({ fields: [{ name: 'n', value: '' }] }), 'BASE_TYPE_REQUIRED'],
    ['a long field', embeds({ fields: [{ name: 'n', value: 'x'.repeat(1025) }] }), 'value'],
    ['footer', embeds({ title: 't', footer: { text: 'x'.repeat(2049) } }), 'footer'],
    ['author', embeds({ title: 't', author: { name: 'x'.repeat(257) } }), 'author'],
    ['a picture that is not there', embeds({ image: { url: 'attachment://none.png' } }), 'ATTACHMENT'],
    [
      '6 rows',
      { content: 'c', components: Array.from({ length: 6 }, (_, n) => row(button(`${n}`))) },
      'components',
    ],
    [
      '6 buttons',
      { content: 'c', components: [row(...Array.from({ length: 6 }, (_, n) => button(`${n}`)))] },
      'components',
    ],
    ['label', { content: 'c', components: [row({ ...button('a'), label: 'x'.repeat(81) })] }, 'label'],
    [
      'custom_id',
      { content: 'c', components: [row({ ...button('a'), custom_id: 'x'.repeat(101) })] },
      'custom_id',
    ],
    ['one custom_id twice', { content: 'c', components: [row(button('a'), button('a'))] }, 'DUPLICATED'],
    ['an empty row', { content: 'c', components: [row()] }, 'components'],
    [
      '26 options',
      {
        content: 'c',
        components: [
          row({
            type: 3,
            custom_id: 's',
            options: Array.from({ length: 26 }, (_, n) => ({ label: 'l', value: `${n}` })),
          }),
        ],
      },
      'options',
    ],
    [
      '101 mentions',
      { content: 'c', allowed_mentions: { users: Array.from({ length: 101 }, (_, n) => `${n}`) } },
      'users',
    ],
    ['nonce', { content: 'c', nonce: 'x'.repeat(26) }, 'nonce'],
  ])('over the limit are refused whole: %s', async (_, body, named) => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const refusal = await refusalOf(
      client.rest.post(`/channels/${ids.channels.training}/messages`, { body }),
    );
    expect(refusal).toMatchObject({ status: 400, code: 50035 });
    expect(JSON.stringify(refusal.rawError)).toContain(named);
    expect(sandbox.world.messages.get(ids.channels.training)).toEqual([]);
  });

  test('that are empty, too large, or in a channel that is closed are refused', async () => {
    const sandbox = await makeSandbox();
    const channel = await channelOf(await logIn(sandbox));
    expect((await refusalOf(channel.send({ content: ' ' }))).code).toBe(50006);
    const large = { files: [{ name: 'a.bin', attachment: Buffer.alloc(10 * 1024 * 1024 + 1) }] };
    expect(await refusalOf(channel.send(large))).toMatchObject({ status: 413, code: 40005 });
    const stored = sandbox.world.channels.get(channel.id);
    if (stored) stored.overwrites = [{ id: ids.roles.bot, type: 0, allow: 0n, deny: 1n << 11n }];
    expect(await refusalOf(channel.send('x'))).toMatchObject({ status: 403, code: 50013 });
    sandbox.world.channels.delete(channel.id);
    expect((await refusalOf(channel.send('x'))).code).toBe(10003);
  });

  test('older than an hour take 3 edits per 6 s in a channel, then 30046', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const channel = await channelOf(client);
    const message = await channel.send('x');
    sandbox.world.clock.advance(3_600_001);
    for (const word of ['a', 'b', 'c']) await message.edit(word);
    const response = await fetch(`${sandbox.apiUrl}/v10/channels/${channel.id}/messages/${message.id}`, {
      method: 'PATCH',
      headers: { Authorization: `Bot ${sandbox.world.token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ content: 'd' }),
    });
    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toMatchObject({ code: 30046 });
    sandbox.world.clock.advance(6_001);
    expect((await message.edit('e')).content).toBe('e');
  });

  test('beyond the limit of a channel answer 429 with what discord.js needs to wait', async () => {
    const sandbox = await makeSandbox();
    const send = () =>
      fetch(`${sandbox.apiUrl}/v10/channels/${ids.channels.training}/messages`, {
        method: 'POST',
        headers: { Authorization: `Bot ${sandbox.world.token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ content: 'x' }),
      });
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await send()).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    sandbox.world.clock.advance(5_001);
    expect((await send()).status).toBe(200);
    expect(sandbox.limits.refused).toBe(1);
  });
});

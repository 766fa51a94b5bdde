import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  DiscordAPIError,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Interaction,
  type TextChannel,
} from 'discord.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { as, ids, makeSandbox, type Sandbox } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';

/** discord.js as anybody installs it, logged in to the sandbox. */
async function logIn(
  sandbox: Sandbox,
  onInteraction: (interaction: Interaction) => unknown = () => undefined,
) {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: sandbox.apiUrl, retries: 0 },
  });
  client.on(Events.Error, () => undefined);
  client.on(Events.InteractionCreate, (interaction) => void onInteraction(interaction));
  onTestFinished(() => client.destroy());
  const ready = new Promise((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(sandbox.world.token);
  await ready;
  return client as Client<true>;
}

async function channelOf(client: Client): Promise<TextChannel> {
  return (await client.channels.fetch(ids.channels.training)) as TextChannel;
}

async function refusalOf(doing: Promise<unknown>): Promise<DiscordAPIError> {
  const error: unknown = await doing.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof DiscordAPIError)) throw new Error('It was not refused.', { cause: error });
  return error;
}

const ping = new SlashCommandBuilder()
  .setName('ping')
  .setDescription('Answers')
  .addStringOption((option) => option.setName('word').setDescription('A word').setAutocomplete(true))
  .addIntegerOption((option) =>
    option.setName('count').setDescription('A count').setMinValue(1).setMaxValue(5),
  );

async function register(client: Client<true>): Promise<void> {
  await client.application.commands.set([ping.toJSON()], ids.guild);
}

describe('gateway', () => {
  test('discord.js logs in, sees the server, its owner, its roles and channels', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const guild = client.guilds.cache.get(ids.guild);
    expect(client.user.id).toBe(ids.application);
    expect(guild).toMatchObject({ name: 'Workshop', ownerId: ids.users.olga });
    expect(guild?.roles.cache.get(ids.roles.trainer)?.name).toBe('trainer');
    expect(guild?.channels.cache.get(ids.channels.training)?.name).toBe('training');
  });

  test('a wrong token is refused, and privileged intents close the gateway with 4014', async () => {
    const sandbox = await makeSandbox();
    const stranger = new Client({ intents: [], rest: { api: sandbox.apiUrl, retries: 0 } });
    onTestFinished(() => stranger.destroy());
    await expect(stranger.login('not.the.token')).rejects.toThrow(/token/i);
    const greedy = new Client({ intents: [GatewayIntentBits.GuildMembers], rest: { api: sandbox.apiUrl } });
    onTestFinished(() => greedy.destroy());
    await expect(greedy.login(sandbox.world.token)).rejects.toThrow(/disallowed intents/i);
  });

  test.each([
    ['a cut connection', (sandbox: Sandbox) => sandbox.gateway.cut()],
    ['opcode 7', (sandbox: Sandbox) => sandbox.gateway.askReconnect()],
    ['code 4000', (sandbox: Sandbox) => sandbox.gateway.close(4000)],
  ])('%s is resumed, and what happened meanwhile is replayed', async (_, disturb) => {
    const sandbox = await makeSandbox();
    const seen: string[] = [];
    const client = await logIn(sandbox, (interaction) => seen.push(interaction.id));
    await register(client);
    const resumed = new Promise((resolve) => client.once(Events.ShardResume, resolve));
    disturb(sandbox);
    void as(sandbox, 'tom').command('/ping');
    await resumed;
    await waitFor(() => seen.length === 1);
    expect(sandbox.gateway.identifies).toBe(1);
  });

  test('an invalidated session identifies anew', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const again = new Promise((resolve) => client.once(Events.ShardReady, resolve));
    sandbox.gateway.invalidate(false);
    await again;
    expect(sandbox.gateway.identifies).toBe(2);
  });

  test('heartbeats are acknowledged', async () => {
    const sandbox = await makeSandbox({ heartbeatMs: 60 });
    const client = await logIn(sandbox);
    await waitFor(() => client.ws.ping >= 0);
    expect(sandbox.gateway.connected).toBe(true);
  });
});

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

describe('interactions', () => {
  test('a command is answered once, within 3 s, and edited within 15 minutes', async () => {
    const sandbox = await makeSandbox();
    const codes: number[] = [];
    const client = await logIn(sandbox, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      await interaction.deferReply({ flags: MessageFlags.Ephemeral });
      await interaction
        .deferReply()
        .catch((error: unknown) => codes.push(Number((error as { code: unknown }).code)));
      await interaction.editReply(`count ${interaction.options.getInteger('count')}`);
    });
    await register(client);
    const tom = as(sandbox, 'tom');
    const { interaction, outcome } = await tom.command('/ping count:3');
    expect(outcome.kind).toBe('deferred');
    const shown = await waitFor(() => tom.messages().find(({ content }) => content === 'count 3'));
    expect(shown.ephemeralFor).toBe(ids.users.tom);
    expect(as(sandbox, 'tess').messages()).toEqual([]);
    // discord.js itself refuses the second answer, so the server is asked past it.
    const again = client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
      body: { type: 5 },
      auth: false,
    });
    expect((await refusalOf(again)).code).toBe(40060);
    sandbox.world.clock.advance(15 * 60_000);
    const late = client.rest.patch(`/webhooks/${ids.application}/${interaction.token}/messages/@original`, {
      body: { content: 'late' },
      auth: false,
    });
    expect(await refusalOf(late)).toMatchObject({ status: 401, code: 50027 });
    expect(codes).toHaveLength(1);
  });

  test('one that is not answered in time is over: 10062', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    await register(client);
    const { interaction, outcome } = await as(sandbox, 'tom').command('/ping');
    expect(outcome.kind).toBe('failed');
    const late = client.rest.post(`/interactions/${interaction.id}/${interaction.token}/callback`, {
      body: { type: 4, data: { content: 'x' } },
      auth: false,
    });
    expect(await refusalOf(late)).toMatchObject({ status: 404, code: 10062 });
  });

  test('buttons, menus, modals and autocomplete reach discord.js with who did what', async () => {
    const sandbox = await makeSandbox();
    const log: string[] = [];
    const client = await logIn(sandbox, async (interaction) => {
      if (interaction.isAutocomplete()) {
        await interaction.respond([{ name: `you typed ${interaction.options.getFocused()}`, value: 'v' }]);
      } else if (interaction.isChatInputCommand()) {
        const button = new ButtonBuilder().setCustomId('go').setLabel('Go').setStyle(ButtonStyle.Primary);
        const menu = new StringSelectMenuBuilder()
          .setCustomId('menu')
          .addOptions({ label: 'One', value: '1' }, { label: 'Two', value: '2' });
        await interaction.reply({
          content: 'choose',
          components: [
            new ActionRowBuilder<ButtonBuilder>().addComponents(button),
            new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(menu),
          ],
        });
      } else if (interaction.isButton()) {
        log.push(`${interaction.user.username} ${interaction.customId} on ${interaction.message.content}`);
        const input = new TextInputBuilder()
          .setCustomId('name')
          .setLabel('Name')
          .setStyle(TextInputStyle.Short);
        const modal = new ModalBuilder().setCustomId('form').setTitle('Form');
        await interaction.showModal(
          modal.addComponents(new ActionRowBuilder<TextInputBuilder>().addComponents(input)),
        );
      } else if (interaction.isStringSelectMenu()) {
        log.push(`chose ${interaction.values.join()}`);
        await interaction.update({ content: 'chosen', components: [] });
      } else if (interaction.isModalSubmit()) {
        log.push(`named ${interaction.fields.getTextInputValue('name')}`);
        await interaction.deferUpdate();
      }
    });
    await register(client);
    const tess = as(sandbox, 'tess');
    expect(await tess.complete('ping', 'word', 'wo')).toEqual([{ name: 'you typed wo', value: 'v' }]);
    const { outcome } = await tess.command('/ping');
    if (outcome.kind !== 'message') throw new Error(outcome.kind);
    const { message } = outcome;
    const opened = (await tess.press(message, 'Go')).outcome;
    if (opened.kind !== 'modal') throw new Error(opened.kind);
    expect((await tess.submit({ modal: opened.modal, message }, { Name: 'Ann' })).outcome.kind).toBe(
      'accepted',
    );
    expect((await tess.choose(message, ['Two'])).outcome.kind).toBe('updated');
    expect(message).toMatchObject({ content: 'chosen', components: [] });
    expect(log).toEqual(['tess go on choose', 'named Ann', 'chose 2']);
  });

  test('the driver refuses what the client of Discord would', async () => {
    const sandbox = await makeSandbox();
    await register(await logIn(sandbox));
    const tom = as(sandbox, 'tom');
    await expect(tom.command('/nothing')).rejects.toThrow('There is no command /nothing.');
    await expect(tom.command('/ping count:9')).rejects.toThrow('count must be between 1 and 5.');
    await expect(tom.command('/ping count:two')).rejects.toThrow('count must be a number.');
    await expect(tom.command('/ping hello')).rejects.toThrow(/does not understand "hello"/);
  });

  test('commands over the limits are not registered', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const wrong = { ...ping.toJSON(), description: 'x'.repeat(101) };
    const route = `/applications/${ids.application}/guilds/${ids.guild}/commands` as const;
    expect((await refusalOf(client.rest.put(route, { body: [wrong] }))).code).toBe(50035);
    expect(sandbox.world.commands.size).toBe(0);
  });
});

describe('faults', () => {
  test('answers can be errors, late, lost after their effect, or not there at all', async () => {
    const sandbox = await makeSandbox();
    const client = await logIn(sandbox);
    const channel = await channelOf(client);
    sandbox.faults.answer({ with: 503, count: 1, path: /messages/ });
    await expect(channel.send('x')).rejects.toMatchObject({ status: 503 });
    sandbox.faults.answer({ with: 'lost', count: 1, method: 'POST' });
    await expect(channel.send('took effect')).rejects.toThrow();
    sandbox.faults.answer({ with: 'cut', count: 1 });
    await expect(channel.send('never')).rejects.toThrow();
    expect(sandbox.world.messages.get(channel.id)?.map(({ content }) => content)).toEqual(['took effect']);
    sandbox.faults.goAway(60_000);
    await expect(channel.send('x')).rejects.toThrow();
    sandbox.faults.clear();
    expect((await channel.send('back')).content).toBe('back');
  });
});

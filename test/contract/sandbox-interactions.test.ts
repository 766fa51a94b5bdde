import {
  ActionRowBuilder,
  ButtonBuilder,
  ButtonStyle,
  type Client,
  MessageFlags,
  ModalBuilder,
  SlashCommandBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import { logIn, refusalOf } from '../helpers/discord-client.js';
import { as, ids, makeSandbox } from '../helpers/sandbox.js';
import { waitFor } from '../helpers/wait-for.js';

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

  test('a person in an option comes with who that is', async () => {
    const sandbox = await makeSandbox();
    const named: unknown[] = [];
    const client = await logIn(sandbox, async (interaction) => {
      if (!interaction.isChatInputCommand()) return;
      const [user, member] = [interaction.options.getUser('person'), interaction.options.getMember('person')];
      named.push([user?.username, member && 'roles' in member]);
      await interaction.reply('seen');
    });
    const command = new SlashCommandBuilder()
      .setName('who')
      .setDescription('Names')
      .addUserOption((option) => option.setName('person').setDescription('Somebody'));
    await client.application.commands.set([command.toJSON()], ids.guild);
    const tom = as(sandbox, 'tom');
    for (const text of ['@vera', 'Vera', `<@${ids.users.vera}>`]) await tom.command(`/who person:${text}`);
    expect(named).toEqual(Array.from({ length: 3 }, () => ['vera', true]));
    await expect(tom.command('/who person:nobody')).rejects.toThrow('must be somebody of this server');
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

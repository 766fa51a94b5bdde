import {
  ActionRowBuilder,
  ApplicationCommandOptionType as Option,
  AttachmentBuilder,
  ButtonBuilder,
  ButtonStyle,
  Client,
  EmbedBuilder,
  Events,
  GatewayIntentBits,
  LabelBuilder,
  MessageFlags,
  ModalBuilder,
  StringSelectMenuBuilder,
  TextInputBuilder,
  TextInputStyle,
  type Interaction,
} from 'discord.js';
import { onTestFinished } from 'vitest';
import { waitFor } from '../helpers/wait-for.js';
import { ids, type Sandbox } from '../helpers/sandbox.js';

/** What a trainer might print to get out of its message. */
export const hostile = `<script>window.hacked = 1</script><img src=x onerror="window.hacked = 1">`;

/** A bot whose messages hold everything that the page draws; the real bot shows but a part of it at a time. */
export async function startSmallBot(sandbox: Sandbox): Promise<Client> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    rest: { api: sandbox.apiUrl },
    allowedMentions: { parse: [] },
  });
  onTestFinished(() => client.destroy());
  client.on(Events.InteractionCreate, (interaction) => void answer(interaction));
  await client.login(sandbox.world.token);
  await waitFor(() => client.isReady());
  await client.application?.commands.set([...commands], ids.guild);
  return client;
}

const commands = [
  {
    name: 'show',
    description: 'Shows everything a message can hold',
    options: [
      {
        name: 'kind',
        description: 'What to show',
        type: Option.String,
        required: true,
        choices: choices('all', 'secret'),
      },
      { name: 'count', description: 'How many', type: Option.Integer, min_value: 1, max_value: 9 },
      { name: 'person', description: 'For whom', type: Option.User },
      { name: 'dataset', description: 'Of the datasets', type: Option.String, autocomplete: true },
    ],
  },
  {
    name: 'jobs',
    description: 'Jobs',
    options: [{ name: 'list', description: 'Lists the jobs', type: Option.Subcommand }],
  },
  { name: 'silence', description: 'Never answers' },
] as const;

function choices<T extends string>(...values: T[]) {
  return values.map((value) => ({ name: value, value }));
}

async function answer(interaction: Interaction): Promise<void> {
  if (interaction.isAutocomplete()) {
    const typed = interaction.options.getFocused();
    const names = ['vault.jsonl', 'garden.jsonl'].filter((name) => name.startsWith(typed));
    await interaction.respond(names.map((name) => ({ name: `${name} (12 rows)`, value: name })));
  } else if (interaction.isChatInputCommand()) {
    if (interaction.commandName === 'silence') return;
    if (interaction.commandName === 'jobs') await interaction.reply('No jobs.');
    else if (interaction.options.getString('kind') === 'secret') {
      await interaction.reply({ content: 'Between us.', flags: MessageFlags.Ephemeral });
    } else await interaction.reply(everything(interaction.user.id));
  } else if (interaction.isButton()) {
    if (interaction.customId === 'edit') await interaction.update({ content: 'It was edited.' });
    else await interaction.showModal(modal());
  } else if (interaction.isStringSelectMenu()) {
    await interaction.reply(`Chosen: ${interaction.values.join(', ')}`);
  } else if (interaction.isModalSubmit()) {
    await interaction.reply(`Named: ${interaction.fields.getTextInputValue('name')}`);
  }
}

/** 1 × 1, transparent. */
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

function everything(userId: string) {
  const later = Math.floor(Date.now() / 1000) + 3600;
  const embed = new EmbedBuilder()
    .setTitle('Run **one**')
    .setColor(0x3ba55d)
    .setDescription(
      `Started <t:${later}:R> by <@${userId}>\n- first\n- *second*\n-# small print, 5 \\* 3\n\`\`\`\n${hostile}\n\`\`\``,
    )
    .addFields(
      { name: 'Step', value: '`12 of 40`', inline: true },
      { name: 'Loss', value: '**0.61**', inline: true },
      { name: 'Dataset', value: hostile },
    )
    .setImage('attachment://chart.png')
    .setFooter({ text: 'a footer' });
  return {
    content: `Look, <@${userId}>: [the docs](https://example.com/docs) ${hostile}`,
    allowedMentions: { users: [userId] },
    embeds: [embed],
    files: [new AttachmentBuilder(dot, { name: 'chart.png', description: 'A chart' })],
    components: [
      new ActionRowBuilder<ButtonBuilder>().addComponents(
        new ButtonBuilder().setCustomId('edit').setLabel('Edit').setStyle(ButtonStyle.Success),
        new ButtonBuilder().setCustomId('ask').setLabel('Ask').setStyle(ButtonStyle.Primary),
        new ButtonBuilder().setCustomId('off').setLabel('Off').setStyle(ButtonStyle.Danger).setDisabled(true),
        new ButtonBuilder().setURL('https://example.com/').setLabel('Link').setStyle(ButtonStyle.Link),
      ),
      new ActionRowBuilder<StringSelectMenuBuilder>().addComponents(
        new StringSelectMenuBuilder()
          .setCustomId('menu')
          .setPlaceholder('Choose a method')
          .addOptions(
            { label: 'KTO', value: 'kto', description: 'from thumbs' },
            { label: 'SFT', value: 'sft' },
          ),
      ),
    ],
  };
}

function modal(): ModalBuilder {
  const input = new TextInputBuilder().setCustomId('name').setStyle(TextInputStyle.Short).setMinLength(3);
  return new ModalBuilder()
    .setCustomId('naming')
    .setTitle('Name it')
    .addLabelComponents(new LabelBuilder().setLabel('Name').setTextInputComponent(input));
}

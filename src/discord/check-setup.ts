import { PermissionFlagsBits, Routes } from 'discord-api-types/v10';
import { DiscordAPIError, REST } from 'discord.js';
import { z } from 'zod';

/** What the bot needs in a channel, by the names that Discord shows in its settings. */
const neededPermissions = {
  'View Channel': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Embed Links': PermissionFlagsBits.EmbedLinks,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
} as const;

const botSchema = z.object({ id: z.string(), username: z.string() });
const applicationSchema = z.object({ id: z.string(), name: z.string() });
const guildSchema = z.object({
  id: z.string(),
  name: z.string(),
  owner_id: z.string(),
  roles: z.array(z.object({ id: z.string(), permissions: z.string() })),
});
const memberSchema = z.object({ roles: z.array(z.string()) });
const overwriteSchema = z.object({ id: z.string(), allow: z.string(), deny: z.string() });
const channelSchema = z.object({
  name: z.string(),
  guild_id: z.string().optional(),
  permission_overwrites: z.array(overwriteSchema).default([]),
});

export interface SetupQuestion {
  readonly token: string;
  readonly apiUrl?: string;
  readonly guildId: string;
  readonly channelId?: string;
}

/** One answer: what was looked at, what is the case, and how to mend it when it is wrong. */
export interface SetupAnswer {
  readonly subject: 'token' | 'application' | 'server' | 'channel';
  readonly message: string;
  readonly remedy?: string;
}

/** Asks Discord whether the token, the application, the server and the channel are as the bot needs them. */
export async function checkDiscordSetup(question: SetupQuestion): Promise<readonly SetupAnswer[]> {
  const { token, apiUrl, guildId, channelId } = question;
  const rest = new REST({
    retries: 0,
    timeout: 10_000,
    ...(apiUrl !== undefined && { api: apiUrl }),
  }).setToken(token);
  const answers: SetupAnswer[] = [];
  try {
    const bot = botSchema.parse(await rest.get(Routes.user()));
    answers.push({ subject: 'token', message: `accepted: ${bot.username}` });
    const application = applicationSchema.parse(await rest.get(Routes.currentApplication()));
    answers.push({ subject: 'application', message: `${application.name} (${application.id})` });
    answers.push(...(await checkGuild(rest, bot.id, application.id, guildId, channelId)));
  } catch (error) {
    answers.push(explainToken(error));
  }
  return answers;
}

function explainToken(error: unknown): SetupAnswer {
  if (error instanceof DiscordAPIError && error.status === 401) {
    const remedy =
      'Discord Developer Portal → your application → Bot → Reset Token; put it into DISCORD_TOKEN.';
    return { subject: 'token', message: 'Discord does not accept it.', remedy };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    subject: 'token',
    message: `Discord cannot be asked: ${message}`,
    remedy: 'Check the network, and DISCORD_API_URL if it is set.',
  };
}

async function checkGuild(
  rest: REST,
  botId: string,
  applicationId: string,
  guildId: string,
  channelId: string | undefined,
): Promise<readonly SetupAnswer[]> {
  const guild = await find(rest, Routes.guild(guildId), guildSchema);
  if (!guild) {
    const remedy = `Invite it: https://discord.com/oauth2/authorize?client_id=${applicationId}&scope=bot+applications.commands&permissions=117760`;
    return [{ subject: 'server', message: `The bot is not in the server ${guildId}.`, remedy }];
  }
  const server: SetupAnswer = { subject: 'server', message: `${guild.name} (${guild.id})` };
  if (channelId === undefined) {
    return [server, { subject: 'channel', message: 'none set: job messages go where the command was given' }];
  }
  const channel = await find(rest, Routes.channel(channelId), channelSchema);
  if (!channel || channel.guild_id !== guild.id) {
    const remedy = 'Set discord.channel to the id of a channel of that server that the bot can see.';
    return [
      server,
      { subject: 'channel', message: `The bot does not see the channel ${channelId}.`, remedy },
    ];
  }
  const member = memberSchema.parse(await rest.get(Routes.guildMember(guildId, botId)));
  const held = permissionsIn(guild, channel, botId, member.roles);
  const missing = Object.entries(neededPermissions).filter(([, bit]) => (held & bit) === 0n);
  if (missing.length === 0)
    return [server, { subject: 'channel', message: `#${channel.name}, all permissions` }];
  const names = missing.map(([name]) => name).join(', ');
  const remedy = `Channel settings → Permissions → the bot’s role: allow ${names}.`;
  return [server, { subject: 'channel', message: `#${channel.name}: the bot lacks ${names}.`, remedy }];
}

async function find<T>(rest: REST, route: `/${string}`, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(await rest.get(route));
  } catch (error) {
    if (error instanceof DiscordAPIError && (error.status === 403 || error.status === 404)) return undefined;
    throw error;
  }
}

/** Discord's own order: base of the roles, then overwrites of @everyone, of the roles, of the member (Permissions, “Permission Overwrites”). */
function permissionsIn(
  guild: z.infer<typeof guildSchema>,
  channel: z.infer<typeof channelSchema>,
  userId: string,
  roleIds: readonly string[],
): bigint {
  if (guild.owner_id === userId) return ~0n;
  const own = new Set([guild.id, ...roleIds]);
  const base = guild.roles
    .filter((role) => own.has(role.id))
    .reduce((sum, role) => sum | BigInt(role.permissions), 0n);
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return ~0n;
  const layers = [
    channel.permission_overwrites.filter(({ id }) => id === guild.id),
    channel.permission_overwrites.filter(({ id }) => id !== guild.id && own.has(id)),
    channel.permission_overwrites.filter(({ id }) => id === userId),
  ];
  return layers.reduce((held, overwrites) => {
    const deny = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.deny), 0n);
    const allow = overwrites.reduce((sum, overwrite) => sum | BigInt(overwrite.allow), 0n);
    return (held & ~deny) | allow;
  }, base);
}

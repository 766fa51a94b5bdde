import { PermissionFlagsBits } from 'discord-api-types/v10';
import { createWorld, type Channel, type User, type World } from './world.js';

/** Ids that stay the same from start to start, so that settings files can name them. */
export const ids = {
  token: 'sandbox-token.of.tuner-bot',
  application: '100000000000000001',
  guild: '100000000000000010',
  otherGuild: '100000000000000011',
  channels: { training: '100000000000000020', general: '100000000000000021' },
  roles: {
    administrator: '100000000000000030',
    trainer: '100000000000000031',
    viewer: '100000000000000032',
    uploader: '100000000000000033',
    bot: '100000000000000034',
  },
  users: {
    olga: '100000000000000040',
    ada: '100000000000000041',
    tom: '100000000000000042',
    tess: '100000000000000043',
    vera: '100000000000000044',
    oskar: '100000000000000045',
  },
} as const;

const everyone =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.UseApplicationCommands |
  PermissionFlagsBits.ReadMessageHistory;
const ofTheBot =
  PermissionFlagsBits.ViewChannel |
  PermissionFlagsBits.SendMessages |
  PermissionFlagsBits.EmbedLinks |
  PermissionFlagsBits.AttachFiles |
  PermissionFlagsBits.ReadMessageHistory |
  PermissionFlagsBits.SendMessagesInThreads |
  PermissionFlagsBits.PinMessages;

/** Who is there: the owner, an administrator, two trainers, a viewer, and one with no role at all. */
const people = [
  ['olga', 'Olga', []],
  ['ada', 'Ada', ['administrator']],
  ['tom', 'Tom', ['trainer', 'uploader']],
  ['tess', 'Tess', ['trainer']],
  ['vera', 'Vera', ['viewer']],
  ['oskar', 'Oskar', []],
] as const;

/** A server with two channels and six people. */
export function createSeededWorld(now?: () => number): World {
  const { application: applicationId, guild: guildId, token, users } = ids;
  const world = createWorld({ token, applicationId, guildId, ownerId: users.olga, now });
  addRole(world, guildId, '@everyone', everyone, 0);
  addRole(world, ids.roles.administrator, 'administrator', PermissionFlagsBits.Administrator, 0xe67e22);
  addRole(world, ids.roles.trainer, 'trainer', 0n, 0x3498db);
  addRole(world, ids.roles.uploader, 'uploader', 0n, 0x9b59b6);
  addRole(world, ids.roles.viewer, 'viewer', 0n, 0x2ecc71);
  addRole(world, ids.roles.bot, 'tuner-bot', ofTheBot, 0x5865f2);
  for (const [username, globalName, roles] of people) {
    const user: User = { id: users[username], username, globalName, bot: false, closedDirectMessages: false };
    world.members.set(user.id, { user, roles: new Set(roles.map((role) => ids.roles[role])) });
  }
  world.members.set(world.bot.id, { user: world.bot, roles: new Set([ids.roles.bot]) });
  addChannel(world, { id: ids.channels.training, kind: 'text', name: 'training', overwrites: [] });
  addChannel(world, { id: ids.channels.general, kind: 'text', name: 'general', overwrites: [] });
  return world;
}

function addRole(world: World, id: string, name: string, permissions: bigint, colour: number): void {
  world.roles.set(id, { id, name, permissions, colour });
}

export function addChannel(world: World, channel: Channel): void {
  world.channels.set(channel.id, channel);
  world.messages.set(channel.id, []);
}

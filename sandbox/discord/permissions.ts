import { PermissionFlagsBits } from 'discord-api-types/v10';
import { cannotMessageUser, missingAccess, missingPermissions, unknownChannel } from './api-error.js';
import type { Channel, World } from './world.js';

/** Every permission, as the owner and administrators have them. */
const all = Object.values(PermissionFlagsBits).reduce((sum, bit) => sum | bit, 0n);

/**
 * What a member may do in a channel: roles, then overwrites of @everyone, of the roles, of the member
 * (https://docs.discord.com/developers/topics/permissions#permission-overwrites). 0 for somebody who is not in the server.
 */
export function permissionsOf(world: World, userId: string, channel: Channel | undefined): bigint {
  if (userId === world.guild.ownerId) return all;
  const member = world.members.get(userId);
  if (!member) return 0n;
  const own = new Set([world.guild.id, ...member.roles]);
  const base = [...own].reduce((sum, id) => sum | (world.roles.get(id)?.permissions ?? 0n), 0n);
  if ((base & PermissionFlagsBits.Administrator) !== 0n) return all;
  const overwrites = channel?.overwrites ?? [];
  const layers = [
    overwrites.filter(({ id }) => id === world.guild.id),
    overwrites.filter(({ id }) => id !== world.guild.id && id !== userId && own.has(id)),
    overwrites.filter(({ id }) => id === userId),
  ];
  return layers.reduce((held, layer) => {
    const deny = layer.reduce((sum, overwrite) => sum | overwrite.deny, 0n);
    const allow = layer.reduce((sum, overwrite) => sum | overwrite.allow, 0n);
    return (held & ~deny) | allow;
  }, base);
}

/** The channel, when the bot sees it. Throws as Discord does: gone 10003, unseen 50001. */
export function visibleChannel(world: World, channelId: string): Channel {
  const channel = world.channels.get(channelId);
  if (!channel) throw unknownChannel();
  if (channel.kind === 'direct') return channel;
  if ((permissionsOf(world, world.bot.id, channel) & PermissionFlagsBits.ViewChannel) === 0n)
    throw missingAccess();
  return channel;
}

/** The channel, when the bot may write into it what the body holds. */
export function writableChannel(
  world: World,
  channelId: string,
  needs: { embeds: boolean; files: boolean },
): Channel {
  const channel = visibleChannel(world, channelId);
  if (channel.kind === 'direct') {
    const person = world.members.get(channel.recipientId ?? '')?.user;
    if (!person || person.closedDirectMessages) throw cannotMessageUser();
    return channel;
  }
  const held = permissionsOf(world, world.bot.id, channel);
  const send =
    channel.kind === 'thread' ? PermissionFlagsBits.SendMessagesInThreads : PermissionFlagsBits.SendMessages;
  const needed =
    send |
    (needs.embeds ? PermissionFlagsBits.EmbedLinks : 0n) |
    (needs.files ? PermissionFlagsBits.AttachFiles : 0n);
  if ((held & needed) !== needed) throw missingPermissions();
  return channel;
}

import { PermissionFlagsBits, type APIInteraction } from 'discord-api-types/v10';
import type { Actor } from '../domain/access.js';
import type { Snowflake } from '../domain/job.js';

/** Tells who owns a guild, where the gateway has told it. */
export type OwnerOf = (guildId: Snowflake) => Snowflake | undefined;

/**
 * The person behind an interaction, as Discord states them with this very interaction: roles and permissions are those
 * of this moment. Undefined in direct messages and wherever there is no member.
 */
export function readActor(interaction: APIInteraction, ownerOf: OwnerOf): Actor | undefined {
  const { member, guild_id: guildId } = interaction;
  const channelId = interaction.channel?.id;
  if (!member || guildId === undefined || channelId === undefined) return undefined;
  const { user } = member;
  return {
    userId: user.id,
    displayName: member.nick ?? user.global_name ?? user.username,
    guildId,
    channelId,
    roleIds: member.roles,
    ownerOrAdministrator: ownerOf(guildId) === user.id || isAdministrator(member.permissions),
  };
}

/** `permissions` is a decimal string of a bit set that has outgrown 32 bits. */
function isAdministrator(permissions: string): boolean {
  if (!/^\d+$/.test(permissions)) return false;
  return (BigInt(permissions) & PermissionFlagsBits.Administrator) !== 0n;
}

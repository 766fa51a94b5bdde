import { PermissionFlagsBits, type APIInteraction } from 'discord-api-types/v10';
import type { BotPermissions } from '../commands/command.js';

const writing =
  PermissionFlagsBits.ViewChannel | PermissionFlagsBits.SendMessages | PermissionFlagsBits.EmbedLinks;
/**
 * What the bot may do where the interaction came from, by its `app_permissions`: a decimal string of a bit set that has outgrown 32
 * bits. Where it says nothing that can be read nothing is refused beforehand: Discord refuses by itself.
 */
export function readBotPermissions({ app_permissions: held }: APIInteraction): BotPermissions {
  if (typeof held !== 'string' || !/^\d{1,40}$/.test(held)) return { write: true, pin: true };
  const bits = BigInt(held);
  if ((bits & PermissionFlagsBits.Administrator) !== 0n) return { write: true, pin: true };
  return { write: (bits & writing) === writing, pin: (bits & PermissionFlagsBits.PinMessages) !== 0n };
}

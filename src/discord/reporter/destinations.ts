import { Routes } from 'discord-api-types/v10';
import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { Snowflake } from '../../domain/job.js';
import { abortable } from '../abortable.js';
import { judge } from '../api-error.js';
import { readId } from '../read-id.js';

/** Where messages go when their channel is gone or closed to the bot: the fallback channel, else the person. */
export interface Destinations {
  /** The channel has just refused a message. It is not tried again for a while. */
  close(channelId: Snowflake): void;
  isOpen(channelId: Snowflake): boolean;
  /**
   * The first open one of: the channel wanted, the fallback, direct messages. Undefined when all are closed. Rejects when
   * Discord cannot be reached.
   */
  next(wanted: Snowflake, userId: Snowflake): Promise<Snowflake | undefined>;
}

export interface DestinationsOptions {
  readonly rest: REST;
  readonly fallbackChannel: Snowflake | undefined;
  readonly monotonic: () => number;
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** A closed channel may have been opened again after this time. Each try costs an answer of 403. */
const closedForMs = 10 * 60_000;

export function createDestinations(options: DestinationsOptions): Destinations {
  const { rest, fallbackChannel, monotonic, signal, log } = options;
  const closedUntil = new Map<Snowflake, number>();
  const directChannels = new Map<Snowflake, Snowflake>();

  function isOpen(channelId: Snowflake): boolean {
    return (closedUntil.get(channelId) ?? 0) <= monotonic();
  }

  async function directChannel(userId: Snowflake): Promise<Snowflake | undefined> {
    const known = directChannels.get(userId);
    if (known !== undefined) return known;
    try {
      const body = { recipient_id: userId };
      const opened = await abortable(signal, (own) =>
        rest.post(Routes.userChannels(), { body, signal: own }),
      );
      const channelId = readId(opened);
      directChannels.set(userId, channelId);
      return channelId;
    } catch (error) {
      const { kind } = judge(error);
      if (kind === 'limited' || kind === 'unreachable') throw error;
      log.warn({ err: error, userId }, 'no direct messages to this person');
      return undefined;
    }
  }

  return {
    isOpen,
    close(channelId) {
      log.warn({ channel: channelId }, 'the channel takes no messages');
      closedUntil.set(channelId, monotonic() + closedForMs);
    },
    async next(wanted, userId) {
      if (isOpen(wanted)) return wanted;
      if (fallbackChannel !== undefined && isOpen(fallbackChannel)) return fallbackChannel;
      const direct = await directChannel(userId);
      return direct !== undefined && isOpen(direct) ? direct : undefined;
    },
  };
}

import { Routes } from 'discord-api-types/v10';
import { RequestMethod, type InternalRequest, type REST, type ResponseLike } from 'discord.js';
import type { Snowflake } from '../../domain/job.js';
import { abortable } from '../abortable.js';
import { readId } from '../read-id.js';
import type { Payload } from '../payload.js';
import { carriesMark, type Mark } from './mark.js';
import type { Pace } from './pace.js';
import { parseMessages } from './parse-messages.js';
import { snowflakeAt } from './snowflake.js';

export interface ChannelOptions {
  readonly rest: REST;
  readonly channelId: Snowflake;
  readonly pace: Pace;
  readonly monotonic: () => number;
  /** The bot's own user id: only its own messages can be the ones looked for. */
  readonly selfId: Snowflake;
  /** Ends requests when the bot stops. */
  readonly signal: AbortSignal;
}

/** The messages of one channel, written at its pace. All reject with what discord.js throws: see `judge`. */
export interface Channel {
  readonly id: Snowflake;
  /** Resolves with the message's id. Repeated with the same nonce within some minutes it is the same message. */
  create(payload: Payload, nonce: string): Promise<Snowflake>;
  /** `old`: the message is close to an hour old, or older. */
  edit(messageId: Snowflake, payload: Payload, old: boolean): Promise<void>;
  /** Deletes a message of the bot's own. */
  remove(messageId: Snowflake): Promise<void>;
  pin(messageId: Snowflake): Promise<void>;
  /** Looks among the messages since `sinceMs` (epoch) for the bot's own one with the mark. */
  find(mark: Mark, sinceMs: number): Promise<Snowflake | undefined>;
}

/** A hundred messages a page; a mark that is further away than this is not looked for. */
const pages = 10;
/** Discord's clock and ours may differ by this much. */
const clockMarginMs = 2 * 60_000;

export function createChannel(options: ChannelOptions): Channel {
  const { rest, channelId, pace, monotonic, selfId, signal } = options;

  async function request(details: Omit<InternalRequest, 'signal'>, old: boolean): Promise<unknown> {
    pace.sent(monotonic(), old);
    const response = await abortable(signal, (own) => rest.queueRequest({ ...details, signal: own }));
    learn(pace, monotonic(), response);
    return response.json();
  }

  return {
    id: channelId,
    async create({ body, files }, nonce) {
      const fullRoute = Routes.channelMessages(channelId);
      const posted = { ...body, nonce, enforce_nonce: true };
      return readId(await request({ method: RequestMethod.Post, fullRoute, body: posted, files }, false));
    },
    async edit(messageId, { body, files }, old) {
      const fullRoute = Routes.channelMessage(channelId, messageId);
      await request({ method: RequestMethod.Patch, fullRoute, body, files }, old);
    },
    async remove(messageId) {
      pace.sent(monotonic(), false);
      const route = Routes.channelMessage(channelId, messageId);
      await abortable(signal, (own) => rest.delete(route, { signal: own }));
    },
    async pin(messageId) {
      pace.sent(monotonic(), false);
      const route = Routes.channelMessagesPin(channelId, messageId);
      await abortable(signal, (own) => rest.put(route, { signal: own }));
    },
    async find(mark, sinceMs) {
      let after = snowflakeAt(sinceMs - clockMarginMs);
      for (let page = 0; page < pages; page += 1) {
        const query = new URLSearchParams({ limit: '100', after });
        const route = Routes.channelMessages(channelId);
        const answer = await abortable(signal, (own) => rest.get(route, { query, signal: own }));
        const messages = parseMessages(answer);
        const found = messages.find(
          ({ author, ...message }) => author === selfId && carriesMark(message, mark),
        );
        if (found) return found.id;
        // Newest first: the first one is where the next page begins.
        const newest = messages[0];
        if (messages.length < 100 || !newest) return undefined;
        after = newest.id;
      }
      return undefined;
    },
  };
}

function learn(pace: Pace, now: number, response: ResponseLike): void {
  const remaining = response.headers.get('x-ratelimit-remaining');
  const resetAfter = response.headers.get('x-ratelimit-reset-after');
  if (remaining === null || resetAfter === null) return;
  pace.learn(now, { remaining: Number(remaining), resetAfterMs: Number(resetAfter) * 1000 });
}

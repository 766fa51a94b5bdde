import { MessageFlags } from 'discord-api-types/v10';
import { ApiError, notTheAuthor, unknownMessage } from './api-error.js';
import { applyInput, type MessageInput } from './message-input.js';
import { visibleChannel, writableChannel } from './permissions.js';
import { textOf } from './validate/form.js';
import { findMessage, type Message, type World } from './world.js';

/** How long a nonce is remembered; Discord says "the past few minutes". */
const nonceMs = 3 * 60_000;
/** Edits of messages older than an hour: this many in this time, in a channel (observed). */
const oldMessageMs = 3_600_000;
const oldEdits = { count: 3, windowMs: 6_000 };

export interface Messages {
  /** Posts as the bot. Throws ApiError for what Discord refuses. */
  create(channelId: string, input: MessageInput, extra?: Partial<Message>): Message;
  /** Edits one of the bot's messages through its channel; ephemeral ones are not there for it. */
  edit(channelId: string, messageId: string, input: MessageInput): Message;
  remove(channelId: string, messageId: string): void;
  /** One message that the channel's routes can see. */
  get(channelId: string, messageId: string): Message;
  /** Newest first. */
  list(channelId: string, query: URLSearchParams): Message[];
  pin(channelId: string, messageId: string, pinned: boolean): void;
  /** Changes a message without asking the channel: what interaction webhooks do. */
  change(message: Message, input: MessageInput): Message;
  /** Puts a message there as it is: a deferred response, somebody else's words. */
  place(message: Message): Message;
}

export function createMessages(world: World): Messages {
  /** By channel: times of edits of old messages. */
  const oldEditTimes = new Map<string, number[]>();

  function place(message: Message): Message {
    const list = world.messages.get(message.channelId) ?? [];
    list.push(message);
    world.messages.set(message.channelId, list);
    world.tell({ type: 'message', message, change: 'create' });
    return message;
  }

  function seen(channelId: string, messageId: string): Message {
    visibleChannel(world, channelId);
    const message = findMessage(world, channelId, messageId);
    if (!message || message.ephemeralFor !== undefined) throw unknownMessage();
    return message;
  }

  function change(message: Message, input: MessageInput): Message {
    Object.assign(message, applyInput(world, input, message.loading ? undefined : message));
    if (!message.loading) message.editedAt = world.clock.now();
    message.loading = false;
    message.edits += 1;
    world.tell({ type: 'message', message, change: 'edit' });
    return message;
  }

  function checkOldEdit(message: Message): void {
    const now = world.clock.now();
    if (now - message.createdAt < oldMessageMs) return;
    const times = (oldEditTimes.get(message.channelId) ?? []).filter((at) => now - at < oldEdits.windowMs);
    oldEditTimes.set(message.channelId, times);
    if (times.length >= oldEdits.count)
      throw new OldMessageLimit((times[0] ?? now) + oldEdits.windowMs - now);
    times.push(now);
  }

  return {
    place,
    change,
    get: seen,
    create(channelId, input, extra = {}) {
      const { body, uploads } = input;
      const embeds = Array.isArray(body['embeds']) && body['embeds'].length > 0;
      writableChannel(world, channelId, { embeds, files: uploads.length > 0 });
      const nonce = textOf(body['nonce']) || undefined;
      const same = body['enforce_nonce'] === true ? findByNonce(world, channelId, nonce) : undefined;
      if (same) return same;
      const parts = applyInput(world, input);
      return place({
        ...newMessage(world, channelId),
        nonce,
        pinnedAt: undefined,
        ...parts,
        pinged: parts.mentions,
        ...extra,
      });
    },
    edit(channelId, messageId, input) {
      const message = seen(channelId, messageId);
      if (message.author.id !== world.bot.id) throw notTheAuthor();
      checkOldEdit(message);
      return change(message, input);
    },
    remove(channelId, messageId) {
      const message = seen(channelId, messageId);
      removeMessage(world, message);
    },
    list(channelId, query) {
      visibleChannel(world, channelId);
      const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 50)));
      const [after, before] = [query.get('after'), query.get('before')];
      const seenHere = (world.messages.get(channelId) ?? []).filter(
        ({ id, ephemeralFor }) =>
          ephemeralFor === undefined &&
          (after === null || BigInt(id) > BigInt(after)) &&
          (before === null || BigInt(id) < BigInt(before)),
      );
      const chosen = after === null ? seenHere.slice(-limit) : seenHere.slice(0, limit);
      return chosen.reverse();
    },
    pin(channelId, messageId, pinned) {
      const message = seen(channelId, messageId);
      message.pinnedAt = pinned ? world.clock.now() : undefined;
      world.tell({ type: 'message', message, change: 'edit' });
    },
  };
}

/** 30046: too many edits of messages that are over an hour old. Carries when to try again. */
export class OldMessageLimit extends ApiError {
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    super(429, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later.');
    this.retryAfterMs = retryAfterMs;
  }
}

/** An empty message of the bot, as of now. */
export function newMessage(world: World, channelId: string): Message {
  return {
    id: world.nextId(),
    channelId,
    author: world.bot,
    createdAt: world.clock.now(),
    editedAt: undefined,
    content: '',
    embeds: [],
    components: [],
    attachments: [],
    mentions: [],
    pinged: [],
    ephemeralFor: undefined,
    loading: false,
    pinnedAt: undefined,
    nonce: undefined,
    interaction: undefined,
    edits: 0,
  };
}

export function removeMessage(world: World, message: Message): void {
  const list = world.messages.get(message.channelId) ?? [];
  const at = list.indexOf(message);
  if (at === -1) return;
  list.splice(at, 1);
  world.tell({ type: 'message', message, change: 'delete' });
}

/** Whether the flags of a body ask for a message that one person alone sees. */
export function isEphemeral(flags: unknown): boolean {
  return typeof flags === 'number' && (flags & MessageFlags.Ephemeral) !== 0;
}

function findByNonce(world: World, channelId: string, nonce: string | undefined): Message | undefined {
  if (nonce === undefined) return undefined;
  const oldest = world.clock.now() - nonceMs;
  return world.messages
    .get(channelId)
    ?.findLast((message) => message.nonce === nonce && message.createdAt >= oldest);
}

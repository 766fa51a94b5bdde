import { judge } from '../api-error.js';
import { toPayload, type Payload } from '../payload.js';
import type { Channel } from './channel.js';
import { fingerprintOf } from './fingerprint.js';
import { markOfStatus, withMark } from './mark.js';
import { timeOfSnowflake } from './snowflake.js';
import { holdStatus, type StatusEntry } from './status-entry.js';
import type { StatusMessagesOptions } from './status-messages.js';

/**
 * Makes the function that does the next thing for a message of `/status`: post it, pin it, edit it, or delete it once it is
 * replaced. It makes at most one write. `onDone`: nothing is left to do. A message or a channel that is gone ends it: whoever wants
 * another asks for one. Rejects when Discord is limited or out of reach; the entry is dirty again then.
 */
export function createStatusWriter(
  options: StatusMessagesOptions,
  { onPosted, onDone }: { readonly onPosted: () => void; readonly onDone: (entry: StatusEntry) => void },
): (entry: StatusEntry, channel: Channel, old: boolean) => Promise<void> {
  const { messages, clock, monotonic, log } = options;

  return async (entry, channel, old) => {
    const { dirty, urgent } = entry;
    // Before it is rendered: what changes from now on wants another write.
    entry.dirty = false;
    entry.urgent = false;
    try {
      await step(entry, channel, old);
    } catch (error) {
      entry.dirty ||= dirty;
      entry.urgent ||= urgent;
      settle(entry, error);
    }
  };

  async function step(entry: StatusEntry, channel: Channel, old: boolean): Promise<void> {
    const { messageId, pin, replaced } = entry.message;
    if (replaced) return retire(entry, channel);
    if (messageId === undefined) return post(entry, channel);
    if (pin === 'wanted') return pinIt(entry, messageId, channel);
    const payload = await renderOrHold(entry);
    if (!payload) return;
    const fingerprint = fingerprintOf(payload);
    if (fingerprint !== entry.fingerprint) await channel.edit(messageId, payload, old);
    entry.writtenAt = monotonic();
    entry.failures = 0;
    entry.fingerprint = fingerprint;
  }

  /** A board that cannot be made must not hold up the other messages of the channel. */
  async function renderOrHold(entry: StatusEntry): Promise<Payload | undefined> {
    const { message } = entry;
    try {
      return toPayload(withMark(await options.render(message), markOfStatus(message.id)));
    } catch (error) {
      log.error({ err: error, status: message.id }, 'the status message could not be rendered');
      entry.dirty = true;
      holdStatus(entry, monotonic());
      return undefined;
    }
  }

  async function post(entry: StatusEntry, channel: Channel): Promise<void> {
    const { id, createdAt } = entry.message;
    const payload = await renderOrHold(entry);
    if (!payload) return;
    const wasUncertain = entry.uncertain;
    const found = wasUncertain ? await channel.find(markOfStatus(id), createdAt) : undefined;
    entry.uncertain = true;
    const messageId = found ?? (await channel.create(payload, `s${id}`));
    const postedAt = found === undefined ? clock() : timeOfSnowflake(found);
    messages.setPosted(id, messageId, postedAt);
    entry.message = { ...entry.message, messageId, postedAt };
    entry.uncertain = false;
    entry.writtenAt = monotonic();
    // Found, or given back by Discord for its nonce: it may show what was the case then.
    if (wasUncertain) entry.dirty = true;
    else entry.fingerprint = fingerprintOf(payload);
    onPosted();
  }

  async function pinIt(entry: StatusEntry, messageId: string, channel: Channel): Promise<void> {
    let pin: 'done' | 'refused' = 'done';
    try {
      await channel.pin(messageId);
    } catch (error) {
      const { kind } = judge(error);
      if (kind === 'limited' || kind === 'unreachable' || kind === 'message-gone') throw error;
      log.warn({ err: error, message: messageId }, 'the status message could not be pinned');
      pin = 'refused';
    }
    messages.setPin(entry.message.id, pin);
    entry.message = { ...entry.message, pin };
    // What was not written at this turn; and a refusal is told in the message itself.
    entry.dirty = true;
  }

  async function retire(entry: StatusEntry, channel: Channel): Promise<void> {
    const { id, createdAt, messageId } = entry.message;
    const found = messageId ?? (await channel.find(markOfStatus(id), createdAt));
    if (found !== undefined) await channel.remove(found);
    end(entry);
  }

  function end(entry: StatusEntry): void {
    messages.remove(entry.message.id);
    onDone(entry);
  }

  function settle(entry: StatusEntry, error: unknown): void {
    const { kind } = judge(error);
    if (kind === 'limited' || kind === 'unreachable') throw error;
    const { id, channelId, replaced } = entry.message;
    if (kind === 'rejected' && !replaced) {
      log.error({ err: error, status: id }, 'Discord refuses the status message');
      entry.dirty = true;
      return holdStatus(entry, monotonic());
    }
    log.info({ kind, channel: channelId, status: id }, 'the status message is kept no more');
    end(entry);
  }
}

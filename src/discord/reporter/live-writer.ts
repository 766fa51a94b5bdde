import type { Snowflake } from '../../domain/job.js';
import { judge } from '../api-error.js';
import { toPayload, type Payload } from '../payload.js';
import type { Channel } from './channel.js';
import { fingerprintOf } from './fingerprint.js';
import type { LiveEntry } from './live-entry.js';
import type { LiveMessagesOptions, RenderedJob } from './live-messages.js';
import { markOfJob, withMark } from './mark.js';
import { timeOfSnowflake } from './snowflake.js';

/** Waits after something that a try at once would not mend, ms: they double. */
const firstRetryMs = 10_000;
const longestRetryMs = 3_600_000;

/**
 * Makes the function that writes one job's message: renders at that moment, posts or edits, and keeps where it stands.
 * It makes at most one write. `onDone` is called when there is nothing more to write. It rejects when Discord is limited
 * or out of reach; the entry is dirty again then.
 */
export function createLiveWriter(
  options: LiveMessagesOptions,
  onDone: (entry: LiveEntry) => void,
): (entry: LiveEntry, channel: Channel, old: boolean) => Promise<void> {
  const { live, clock, monotonic, log } = options;

  return async (entry, channel, old) => {
    const wasUrgent = entry.urgent;
    // Before it is rendered: what changes from now on wants another write.
    entry.dirty = false;
    entry.urgent = false;
    try {
      const rendered = await renderOrHold(entry);
      if (rendered) await put(entry, rendered, channel, old);
    } catch (error) {
      entry.dirty = true;
      entry.urgent ||= wasUrgent;
      await settle(entry, error);
    }
  };

  async function renderOrHold(entry: LiveEntry): Promise<RenderedJob | undefined> {
    try {
      const rendered = await options.render(entry.jobId);
      if (!rendered) onDone(entry);
      return rendered;
    } catch (error) {
      log.error({ err: error, job: entry.jobId }, 'the message of the job could not be rendered');
      entry.dirty = true;
      hold(entry);
      return undefined;
    }
  }

  async function put(entry: LiveEntry, rendered: RenderedJob, channel: Channel, old: boolean): Promise<void> {
    const payload = toPayload(withMark(rendered.body, markOfJob(entry.jobId)));
    const fingerprint = fingerprintOf(payload);
    const { message } = entry;
    const shown = message ? await edit(message.messageId) : await post(entry, payload, channel);
    entry.writtenAt = monotonic();
    entry.failures = 0;
    if (shown === 'older') {
      entry.dirty = true;
      entry.urgent = true;
      return;
    }
    entry.fingerprint = fingerprint;
    if (!rendered.final || !entry.message) return;
    live.put({ ...entry.message, final: true });
    onDone(entry);

    async function edit(messageId: Snowflake): Promise<'newest'> {
      if (fingerprint !== entry.fingerprint) await channel.edit(messageId, payload, old);
      return 'newest';
    }
  }

  async function post(entry: LiveEntry, payload: Payload, channel: Channel): Promise<'newest' | 'older'> {
    const wasUncertain = entry.uncertain;
    const found = wasUncertain ? await channel.find(markOfJob(entry.jobId), entry.createdAt) : undefined;
    entry.uncertain = true;
    const messageId = found ?? (await channel.create(payload, nonceOf(entry)));
    const postedAt = found === undefined ? clock() : timeOfSnowflake(found);
    const message = { jobId: entry.jobId, channelId: channel.id, messageId, postedAt, final: false };
    live.put(message);
    entry.message = message;
    entry.uncertain = false;
    // Found, or given back by Discord for its nonce: it may show what was the case then.
    return wasUncertain ? 'older' : 'newest';
  }

  async function settle(entry: LiveEntry, error: unknown): Promise<void> {
    const { kind } = judge(error);
    if (kind === 'limited' || kind === 'unreachable') throw error;
    if (kind === 'rejected') {
      log.error({ err: error, job: entry.jobId }, 'Discord refuses the message of the job');
      return hold(entry);
    }
    if (kind === 'message-gone') {
      log.info({ job: entry.jobId }, 'the message of the job was deleted');
      if (entry.replaced) return onDone(entry);
      entry.replaced = true;
    } else await move(entry);
    if (entry.message) entry.previousId = entry.message.messageId;
    entry.message = undefined;
    entry.urgent = true;
  }

  async function move(entry: LiveEntry): Promise<void> {
    options.destinations.close(entry.channelId);
    const next = await options.destinations.next(entry.homeId, entry.requestedBy);
    if (next === undefined) hold(entry);
    log.warn({ job: entry.jobId, from: entry.channelId, to: next }, 'the message of the job moves');
    // With nowhere to go it waits for its own channel.
    entry.channelId = next ?? entry.homeId;
    entry.uncertain = false;
    options.onMoved(entry.channelId);
  }

  function hold(entry: LiveEntry): void {
    entry.retryAt = monotonic() + Math.min(firstRetryMs * 2 ** entry.failures, longestRetryMs);
    entry.failures += 1;
  }
}

/** The same for the same message, tried again; another for the one that replaces it. At most 25 characters. */
function nonceOf(entry: LiveEntry): string {
  return `j${entry.jobId}.${BigInt(entry.previousId).toString(36)}`;
}

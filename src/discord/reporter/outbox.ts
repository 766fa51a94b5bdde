import type { Logger } from 'pino';
import type { Snowflake } from '../../domain/job.js';
import type { Notice } from '../../domain/notice.js';
import type { Clock, NoticeStore } from '../../services/jobs/ports.js';
import type { MessageBody } from '../../views/message.js';
import { judge } from '../api-error.js';
import { toPayload } from '../payload.js';
import type { Channel } from './channel.js';
import type { Destinations } from './destinations.js';
import { rank, type Task } from './lane.js';
import { markOfNotice, withMark } from './mark.js';

export interface OutboxOptions {
  readonly notices: NoticeStore;
  readonly renderNotice: (notice: Notice) => Promise<MessageBody>;
  readonly destinations: Destinations;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly log: Logger;
  /** A notice went to another channel: the writer of that one must look. */
  readonly onMoved: (channelId: Snowflake) => void;
}

/**
 * Messages that must arrive exactly once, in order in each channel. At least once: a notice is pending until Discord's
 * answer is written down. At most once: the nonce makes a repeated create the same message for some minutes, and where
 * an earlier try may have come through unnoticed, the channel is searched for its mark before another.
 */
export interface Outbox {
  /** Reads what is pending. Returns the channels that have something. Throws when the store cannot be read. */
  refresh(): readonly Snowflake[];
  candidates(channelId: Snowflake): readonly Task[];
}

/** So many are looked at; more than this pending at once are taken when these are through. */
const batch = 500;
/** Waits while nobody can be reached by a notice, or it cannot be rendered, ms: they double. */
const firstRetryMs = 5_000;
const longestRetryMs = 3_600_000;
/** After so many failures to render or refusals of its content, a notice goes out in plain words. */
const plainAfter = 2;

/** What this process knows of a notice beyond the store. */
interface Tries {
  /** A try may have come through unnoticed. */
  uncertain: boolean;
  /** How often it could not be rendered or was refused for its content. */
  misfits: number;
  failures: number;
  /** Monotonic ms. */
  retryAt: number;
}

export function createOutbox(options: OutboxOptions): Outbox {
  const { notices, destinations, clock, monotonic, log } = options;
  const startedAt = clock();
  const tries = new Map<number, Tries>();
  let pending: readonly Notice[] = [];

  function triesOf(notice: Notice): Tries {
    const known = tries.get(notice.id);
    if (known) return known;
    // Older than this process: the one before may have sent it and died before it could write that down.
    const fresh = { uncertain: notice.createdAt < startedAt, misfits: 0, failures: 0, retryAt: 0 };
    tries.set(notice.id, fresh);
    return fresh;
  }

  async function send(notice: Notice, channel: Channel): Promise<void> {
    const own = triesOf(notice);
    const mark = markOfNotice(notice);
    try {
      const message = await render(notice, own);
      if (!message) return;
      const payload = toPayload(withMark(message, mark));
      const found = own.uncertain ? await channel.find(mark, notice.createdAt) : undefined;
      own.uncertain = true;
      const messageId = found ?? (await channel.create(payload, notice.nonce));
      notices.markSent(notice.id, messageId, clock());
      tries.delete(notice.id);
      pending = pending.filter(({ id }) => id !== notice.id);
    } catch (error) {
      await settle(notice, own, error);
    }
  }

  async function render(notice: Notice, own: Tries): Promise<MessageBody | undefined> {
    if (own.misfits >= plainAfter) return plain(notice);
    try {
      return await options.renderNotice(notice);
    } catch (error) {
      log.error({ err: error, notice: notice.id, job: notice.jobId }, 'the notice could not be rendered');
      own.misfits += 1;
      hold(own);
      return undefined;
    }
  }

  async function settle(notice: Notice, own: Tries, error: unknown): Promise<void> {
    const { kind } = judge(error);
    if (kind === 'limited' || kind === 'unreachable') throw error;
    // Discord has answered: nothing came through.
    own.uncertain = false;
    if (kind === 'rejected') {
      log.error({ err: error, notice: notice.id, job: notice.jobId }, 'Discord refuses the notice');
      own.misfits += 1;
      return hold(own);
    }
    destinations.close(notice.channelId);
    const next = await destinations.next(notice.channelId, notice.userId);
    if (next === undefined) {
      log.error({ notice: notice.id, job: notice.jobId, user: notice.userId }, 'nobody can be reached');
      return hold(own);
    }
    notices.redirect(notice.id, next);
    pending = pending.map((one) => (one.id === notice.id ? { ...one, channelId: next } : one));
    options.onMoved(next);
  }

  function hold(own: Tries): void {
    own.retryAt = monotonic() + Math.min(firstRetryMs * 2 ** own.failures, longestRetryMs);
    own.failures += 1;
  }

  return {
    refresh() {
      pending = notices.listPending(batch);
      return [...new Set(pending.map((notice) => notice.channelId))];
    },
    candidates(channelId) {
      const here = pending.filter((notice) => notice.channelId === channelId);
      // In order: the first one, unless it waits by itself, and then the next.
      const now = monotonic();
      const ready = here.find((notice) => triesOf(notice).retryAt <= now);
      const held = here.filter((notice) => triesOf(notice).retryAt > now);
      return [...(ready ? [ready] : []), ...held].map((notice) => ({
        dueAt: triesOf(notice).retryAt,
        rank: rank.notice,
        old: false,
        run: (channel) => send(notice, channel),
      }));
    },
  };
}

/** When a notice cannot be shown as meant: that there is one, and where to look. */
function plain({ jobId, userId }: Notice): MessageBody {
  return { content: `<@${userId}> There is news of job ${jobId}.`, mention: [userId] };
}

import type { Logger } from 'pino';
import { isEnded, type Snowflake } from '../../domain/job.js';
import type { Clock, JobStore } from '../../services/jobs/ports.js';
import type { StatusMessage, StatusMessageStore } from '../../services/status/ports.js';
import type { MessageBody } from '../../views/message.js';
import { rank, type Task } from './lane.js';
import { stateKeyOf } from './live-entry.js';
import { editIntervalMs, paceRules } from './pace.js';
import { createStatusEntry, type StatusEntry } from './status-entry.js';
import { createStatusWriter } from './status-writer.js';

export interface StatusMessagesOptions {
  readonly messages: StatusMessageStore;
  /** Renders what is the case when it is called. */
  readonly render: (message: StatusMessage) => Promise<MessageBody>;
  readonly jobs: Pick<JobStore, 'get'>;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly log: Logger;
  /** The writer of that channel must look. */
  readonly onMoved: (channelId: Snowflake) => void;
}

/** The messages of `/status`: one is kept current, those before it are deleted once it is there. */
export interface StatusMessages {
  /** Reads which there are. Returns the channels that have work. Throws when the store cannot be read. */
  refresh(): readonly Snowflake[];
  /** The job has changed. Returns the channels that have work. */
  touch(jobId: number): readonly Snowflake[];
  candidates(channelId: Snowflake): readonly Task[];
}

/** It shows many things that move all the time: the messages of the jobs themselves go first. */
const leastIntervalMs = 15_000;
/** What changes by itself, such as the cards, is looked at this often. */
const lookEveryMs = 60_000;
/** Between two edits for changes of state. */
const urgentIntervalMs = 2_500;

export function createStatusMessages(options: StatusMessagesOptions): StatusMessages {
  const { messages, jobs, clock } = options;
  const entries = new Map<number, StatusEntry>();
  /** By job, to tell a change of state from progress. */
  const stateKeys = new Map<number, string>();
  const startedAt = clock();
  const write = createStatusWriter(options, {
    onPosted() {
      // Those that it replaces may stand in other channels.
      for (const { message } of entries.values()) if (message.replaced) options.onMoved(message.channelId);
    },
    onDone: (entry) => void entries.delete(entry.message.id),
  });

  function isOld({ message: { postedAt } }: StatusEntry): boolean {
    return postedAt !== undefined && clock() - postedAt >= paceRules.oldAfterMs;
  }

  function dueAt(entry: StatusEntry): number {
    const { messageId, postedAt = 0, pin, replaced } = entry.message;
    if (messageId === undefined || replaced || pin === 'wanted') return entry.retryAt;
    const paceMs = Math.max(leastIntervalMs, editIntervalMs(clock() - postedAt));
    const intervalMs = entry.urgent ? urgentIntervalMs : entry.dirty ? paceMs : Math.max(paceMs, lookEveryMs);
    return Math.max(entry.retryAt, entry.writtenAt + intervalMs);
  }

  /** One that is replaced goes when the one in its place is there, or when there is none. */
  function hasTurn({ message }: StatusEntry): boolean {
    return (
      !message.replaced ||
      ![...entries.values()].some(
        ({ message: other }) =>
          other.guildId === message.guildId && !other.replaced && other.messageId === undefined,
      )
    );
  }

  return {
    refresh() {
      const found = messages.list();
      for (const message of found) {
        const known = entries.get(message.id);
        // Older than this process: the one before may have posted it and died before it could write that down.
        if (!known) entries.set(message.id, createStatusEntry(message, message.createdAt < startedAt));
        else known.message = message;
      }
      return found.map(({ channelId }) => channelId);
    },
    touch(jobId) {
      if (entries.size === 0) return [];
      const job = jobs.get(jobId);
      const key = job && stateKeyOf(job);
      const moved = key !== stateKeys.get(jobId);
      if (key !== undefined) stateKeys.set(jobId, key);
      if (job && isEnded(job.state)) stateKeys.delete(jobId);
      for (const entry of entries.values()) {
        entry.dirty = true;
        entry.urgent ||= moved;
      }
      return [...entries.values()].map(({ message }) => message.channelId);
    },
    candidates: (channelId) =>
      [...entries.values()]
        .filter((entry) => entry.message.channelId === channelId && hasTurn(entry))
        .map((entry) => ({
          dueAt: dueAt(entry),
          rank: entry.message.messageId === undefined ? rank.first : rank.progress,
          old: isOld(entry) && !entry.message.replaced,
          run: (channel) => write(entry, channel, isOld(entry)),
        })),
  };
}

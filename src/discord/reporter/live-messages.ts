import { isEnded, type Job, type Snowflake } from '../../domain/job.js';
import type { Clock, JobStore, LiveMessageStore } from '../../services/jobs/ports.js';
import type { MessageBody } from '../../views/message.js';
import type { Logger } from 'pino';
import type { Destinations } from './destinations.js';
import { editIntervalMs, paceRules } from './pace.js';
import { rank, type Task } from './lane.js';
import { createLiveEntry, stateKeyOf, type LiveEntry } from './live-entry.js';
import { createLiveWriter } from './live-writer.js';

/** What a job's message shows now. `final`: the job is over and this is the last that is to be said. */
export interface RenderedJob {
  readonly body: MessageBody;
  readonly final: boolean;
}

export interface LiveMessagesOptions {
  readonly jobs: Pick<JobStore, 'get'>;
  readonly live: LiveMessageStore;
  /** Renders what is the case when it is called. Undefined: there is no such job. */
  readonly render: (jobId: number) => Promise<RenderedJob | undefined>;
  readonly destinations: Destinations;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly log: Logger;
  /** A message went to another channel: the writer of that one must look. */
  readonly onMoved: (channelId: Snowflake) => void;
}

/** The live messages of all jobs: one each, edited with the newest state, until it shows the end. */
export interface LiveMessages {
  /** The job has changed. Returns the channel whose writer has work now. Throws when the store cannot be read. */
  touch(jobId: number): Snowflake | undefined;
  candidates(channelId: Snowflake): readonly Task[];
}

/** An ended job without a message, whose end is this long ago, gets none any more: its finish notice told it. */
const forgottenAfterMs = 24 * 60 * 60_000;

export function createLiveMessages(options: LiveMessagesOptions): LiveMessages {
  const { jobs, live, clock } = options;
  const entries = new Map<number, LiveEntry>();
  const dropped = new Set<number>();
  const startedAt = clock();
  const write = createLiveWriter(options, (entry) => {
    entries.delete(entry.jobId);
    dropped.add(entry.jobId);
  });

  function open(job: Job): LiveEntry | undefined {
    const message = live.get(job.id);
    if (message?.final) return undefined;
    if (!message && isEnded(job.state) && clock() - job.state.at > forgottenAfterMs) return undefined;
    // Older than this process: the one before may have posted it and died before it could write that down.
    const entry = createLiveEntry(job, message, job.createdAt < startedAt);
    entries.set(job.id, entry);
    return entry;
  }

  function isOld(entry: LiveEntry): boolean {
    return entry.message !== undefined && clock() - entry.message.postedAt >= paceRules.oldAfterMs;
  }

  function dueAt(entry: LiveEntry): number {
    if (entry.urgent || !entry.message) return entry.retryAt;
    const intervalMs = editIntervalMs(clock() - entry.message.postedAt);
    return Math.max(entry.retryAt, entry.writtenAt + intervalMs);
  }

  return {
    touch(jobId) {
      if (dropped.has(jobId)) return undefined;
      const job = jobs.get(jobId);
      const entry = entries.get(jobId) ?? (job && open(job));
      if (!job || !entry) return undefined;
      entry.dirty = true;
      if (entry.stateKey !== stateKeyOf(job)) {
        entry.stateKey = stateKeyOf(job);
        entry.urgent = true;
      }
      return entry.channelId;
    },
    candidates: (channelId) =>
      [...entries.values()]
        .filter((entry) => entry.dirty && entry.channelId === channelId)
        .map((entry) => ({
          dueAt: dueAt(entry),
          rank: entry.urgent ? rank.urgent : entry.message ? rank.progress : rank.first,
          old: isOld(entry),
          run: (channel) => write(entry, channel, isOld(entry)),
        })),
  };
}

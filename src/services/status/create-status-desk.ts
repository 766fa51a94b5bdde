import type { Actor } from '../../domain/access.js';
import { isEnded, type Job } from '../../domain/job.js';
import type { JobSnapshot } from '../../domain/snapshot.js';
import type { BoardJob, StatusBoard } from '../../domain/status-board.js';
import type { GpuDesk } from '../gpu/create-gpu-desk.js';
import type { JobDesk } from '../jobs/job-desk.js';
import type { Clock, JobStore, LiveMessageStore } from '../jobs/ports.js';
import type { StatusMessage, StatusMessageStore } from './ports.js';

export interface StatusDeskParts {
  readonly messages: Pick<StatusMessageStore, 'begin'>;
  readonly jobStore: Pick<JobStore, 'listActive' | 'list'>;
  readonly jobs: Pick<JobDesk, 'snapshot'>;
  readonly live: Pick<LiveMessageStore, 'get'>;
  readonly gpu: Pick<GpuDesk, 'overview'>;
  readonly clock: Clock;
}

/** What there is to see of all jobs and cards, and the message that shows it. */
export interface StatusDesk {
  /** Asks for the message in this person's channel; the one before it goes. */
  post(actor: Actor, pin: boolean): StatusMessage;
  /** Calls the listener after each `post`. Returns the way to stop that. */
  onPost(listener: () => void): () => void;
  board(): Promise<StatusBoard>;
}

/** Of those that wait and those that ended so many are shown. */
const maxWaiting = 5;
const maxEnded = 3;
const dayMs = 24 * 60 * 60_000;

export function createStatusDesk(parts: StatusDeskParts): StatusDesk {
  const { messages, jobStore, jobs, live, gpu, clock } = parts;
  const listeners = new Set<() => void>();

  function urlOf({ id, guildId }: Job): string | undefined {
    const message = live.get(id);
    return message && `https://discord.com/channels/${guildId}/${message.channelId}/${message.messageId}`;
  }

  async function take(chosen: readonly Job[]): Promise<readonly JobSnapshot[]> {
    const snapshots = await Promise.all(chosen.map(({ id }) => jobs.snapshot(id)));
    return snapshots.filter((snapshot) => snapshot !== undefined);
  }

  function listEnded(): readonly Job[] {
    const newest = jobStore.list({
      states: ['succeeded', 'failed', 'cancelled', 'lost'],
      limit: 4 * maxEnded,
    });
    return newest
      .filter(({ state }) => clock() - state.at < dayMs)
      .toSorted((a, b) => b.state.at - a.state.at)
      .slice(0, maxEnded);
  }

  return {
    post({ guildId, channelId, userId }, pin) {
      const message = messages.begin({
        guildId,
        channelId,
        requestedBy: userId,
        createdAt: clock(),
        pin: pin ? 'wanted' : 'no',
      });
      for (const listener of listeners) listener();
      return message;
    },
    onPost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async board() {
      const active = jobStore.listActive();
      const queued = active.filter(({ state }) => state.name === 'queued');
      const going = await take(active.filter(({ state }) => state.name !== 'queued'));
      const waiting = await take(queued.slice(0, maxWaiting));
      return {
        running: going
          .filter(({ job }) => !isEnded(job.state))
          .map((snapshot): BoardJob => {
            const url = urlOf(snapshot.job);
            return { snapshot, ...(url !== undefined && { url }) };
          }),
        waiting: waiting.filter(({ job }) => job.state.name === 'queued'),
        waitingCount: queued.length,
        ended: listEnded(),
        gpu: await gpu.overview(),
        at: clock(),
      };
    },
  };
}

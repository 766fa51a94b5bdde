import type { Logger } from 'pino';
import { judge } from '../api-error.js';
import type { Channel } from './channel.js';
import type { Pace } from './pace.js';

/** One write that waits for its turn in a channel. */
export interface Task {
  /** The earliest moment at which it makes sense, monotonic ms. */
  readonly dueAt: number;
  /** Among those whose moment has come the lowest goes first. */
  readonly rank: number;
  /** Whether it edits a message that counts as old. */
  readonly old: boolean;
  /**
   * Makes at most one write. Settles by itself what concerns its message; rejects when Discord is limited or out of
   * reach: it is then among the candidates again.
   */
  run(channel: Channel): Promise<void>;
}

/** Ranks of tasks. Up to `urgent` they are still sent when the bot stops. */
export const rank = { notice: 0, urgent: 1, first: 2, progress: 3 } as const;

/** The one writer of a channel: one write at a time, at the channel's pace, each chosen when its moment has come. */
export interface Lane {
  /** Something may have changed: choose anew. */
  poke(): void;
  /** Sends what is urgent and resolves when nothing of it is left. */
  drain(): Promise<void>;
  stop(): void;
}

/** Calls back after `ms`; returns the way to stop that. */
export type Schedule = (callback: () => void, ms: number) => () => void;

export interface LaneOptions {
  readonly channel: Channel;
  readonly pace: Pace;
  readonly candidates: () => readonly Task[];
  readonly monotonic: () => number;
  readonly schedule: Schedule;
  readonly log: Logger;
}

/** By a timer that does not keep the process alive: a writer that waits has nothing to lose. */
export const scheduleTimer: Schedule = (callback, ms) => {
  const timer = setTimeout(callback, ms).unref();
  return () => clearTimeout(timer);
};

/** Waits are cut at this: the timers of Node count in 32 bits, and moments can move closer. */
const longestTimerMs = 60_000;

export function createLane({ channel, pace, candidates, monotonic, schedule, log }: LaneOptions): Lane {
  let unschedule = (): void => undefined;
  let state: 'open' | 'draining' | 'stopped' = 'open';
  let running = false;
  let drained = (): void => undefined;

  function poke(): void {
    if (running || state === 'stopped') return;
    unschedule();
    const tasks = candidates().filter((task) => state === 'open' || task.rank <= rank.urgent);
    const next = choose(tasks, pace, monotonic());
    if (!next) return drained();
    const waitMs = next.startAt - monotonic();
    if (waitMs <= 0) return void run(next.task);
    unschedule = schedule(poke, Math.min(waitMs, longestTimerMs));
  }

  async function run(task: Task): Promise<void> {
    running = true;
    try {
      await task.run(channel);
      pace.succeeded();
    } catch (error) {
      settle(error);
    } finally {
      running = false;
    }
    poke();
  }

  function settle(error: unknown): void {
    const verdict = judge(error);
    if (verdict.kind === 'limited') {
      log.warn({ channel: channel.id, waitMs: verdict.waitMs }, 'Discord limits this channel');
      pace.limited(monotonic(), verdict.waitMs);
      return;
    }
    pace.failed(monotonic());
    if (state !== 'stopped')
      log.warn({ err: error, channel: channel.id }, 'message not written, trying again');
  }

  return {
    poke,
    drain: () =>
      new Promise((resolve) => {
        if (state === 'stopped') return resolve();
        state = 'draining';
        drained = resolve;
        poke();
      }),
    stop() {
      state = 'stopped';
      unschedule();
      drained();
    },
  };
}

/** The one that can start first; of those that could start now, by rank, then the longest overdue. */
function choose(
  tasks: readonly Task[],
  pace: Pace,
  now: number,
): { task: Task; startAt: number } | undefined {
  const starts = tasks.map((task) => ({ task, startAt: Math.max(now, task.dueAt, pace.readyAt(task.old)) }));
  return starts.sort(
    (a, b) => a.startAt - b.startAt || a.task.rank - b.task.rank || a.task.dueAt - b.task.dueAt,
  )[0];
}

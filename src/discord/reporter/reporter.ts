import type { REST } from 'discord.js';
import type { Logger } from 'pino';
import type { Snowflake } from '../../domain/job.js';
import type { Notice } from '../../domain/notice.js';
import type { Clock, JobStore, LiveMessageStore, NoticeStore } from '../../services/jobs/ports.js';
import type { MessageBody } from '../../views/message.js';
import { within } from '../within.js';
import { createChannel } from './channel.js';
import { createDestinations } from './destinations.js';
import { createEdits } from './edits.js';
import { createLane, scheduleTimer, type Lane, type Schedule } from './lane.js';
import { createLiveMessages, type RenderedJob } from './live-messages.js';
import { createOutbox } from './outbox.js';
import { createPace, type Pace } from './pace.js';
import { createStatusMessages, type StatusMessagesOptions } from './status-messages.js';

export interface ReporterOptions {
  /** From `createClient`: it rejects instead of waiting where the reporter keeps the pace. */
  readonly rest: REST;
  /** The bot's own user id. */
  readonly selfId: Snowflake;
  readonly stores: {
    readonly jobs: Pick<JobStore, 'get'>;
    readonly live: LiveMessageStore;
    readonly notices: NoticeStore;
  };
  /** Renders a job as it is when called. Undefined: there is no such job. */
  readonly render: (jobId: number) => Promise<RenderedJob | undefined>;
  readonly renderNotice: (notice: Notice) => Promise<MessageBody>;
  /** The messages of `/status`; absent: there are none. `onPost` tells of one that was asked for. */
  readonly status?: Pick<StatusMessagesOptions, 'messages' | 'render'> & {
    readonly onPost: (listener: () => void) => () => void;
  };
  /** Where messages go whose own channel is gone or closed; before direct messages. */
  readonly fallbackChannel?: Snowflake;
  /** Subscribes to changes of jobs and their progress; returns the way to stop that. */
  readonly onChange: (listener: (jobId: number) => void) => () => void;
  readonly log: Logger;
  /** Epoch ms: ages of messages. */
  readonly clock: Clock;
  /** Monotonic ms: the pace. Default: that of the process. */
  readonly monotonic?: () => number;
  /** How writers wait. Default: timers of the process. */
  readonly schedule?: Schedule;
}

/** Keeps the live message of every job true and sends every notice once, never faster than Discord takes it. */
export interface Reporter {
  /** Takes up every message that does not yet show its job's end, and every notice not yet sent. */
  start(): void;
  /** The job has changed: its message is written anew when its turn comes. */
  touch(jobId: number): void;
  /** Edits another message of the bot, e.g. a plan that expired. The newest wins; a message that is gone is left. */
  edit(channelId: Snowflake, messageId: Snowflake, message: MessageBody): void;
  /** Discord is back: waits that came from its absence end. */
  wake(): void;
  /** Sends what is urgent, within `withinMs`, and stops. What is not sent is sent after the next start. */
  stop(withinMs?: number): Promise<void>;
}

/** Pending notices are looked for this often beside each change, ms: whoever writes one need not tell. */
const outboxPollMs = 2000;

export function createReporter(options: ReporterOptions): Reporter {
  const { rest, selfId, stores, clock, log } = options;
  const monotonic = options.monotonic ?? (() => performance.now());
  const schedule = options.schedule ?? scheduleTimer;
  const stopping = new AbortController();
  const { signal } = stopping;
  const lanes = new Map<Snowflake, { lane: Lane; pace: Pace }>();
  const onMoved = (channelId: Snowflake): void => laneOf(channelId).poke();
  const destinations = createDestinations({
    rest,
    fallbackChannel: options.fallbackChannel,
    monotonic,
    signal,
    log,
  });
  const shared = { destinations, clock, monotonic, log, onMoved };
  const live = createLiveMessages({
    ...shared,
    jobs: stores.jobs,
    live: stores.live,
    render: options.render,
  });
  const outbox = createOutbox({ ...shared, notices: stores.notices, renderNotice: options.renderNotice });
  const edits = createEdits({ clock, log });
  const status = options.status && createStatusMessages({ ...shared, ...options.status, jobs: stores.jobs });
  let poll: NodeJS.Timeout | undefined;
  let refreshing: NodeJS.Immediate | undefined;
  let unsubscribe = (): void => undefined;

  function laneOf(channelId: Snowflake): Lane {
    const known = lanes.get(channelId);
    if (known) return known.lane;
    const pace = createPace(monotonic());
    const channel = createChannel({ rest, channelId, pace, monotonic, selfId, signal });
    const sources = [outbox, edits, live, ...(status ? [status] : [])];
    const candidates = () => sources.flatMap((source) => source.candidates(channelId));
    const lane = createLane({ channel, pace, candidates, monotonic, schedule, log });
    lanes.set(channelId, { lane, pace });
    return lane;
  }

  function touch(jobId: number): void {
    if (signal.aborted) return;
    guard(() => {
      const channelId = live.touch(jobId);
      if (channelId !== undefined) laneOf(channelId).poke();
      for (const one of status?.touch(jobId) ?? []) laneOf(one).poke();
    });
    // Once for all changes of one turn of the event loop.
    refreshing ??= setImmediate(refresh);
  }

  function refresh(): void {
    refreshing = undefined;
    guard(() => {
      for (const channelId of outbox.refresh()) laneOf(channelId).poke();
      for (const channelId of status?.refresh() ?? []) laneOf(channelId).poke();
    });
  }

  /** A database that cannot be read for a moment must not end the reporter: it looks again. */
  function guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      log.error({ err: error }, 'jobs or notices could not be read');
    }
  }

  return {
    start() {
      const stops = [options.onChange(touch), options.status?.onPost(refresh)];
      unsubscribe = () => stops.forEach((stop) => stop?.());
      guard(() => stores.live.listOpenJobIds().forEach(touch));
      refresh();
      poll = setInterval(refresh, outboxPollMs).unref();
    },
    touch,
    edit(channelId, messageId, message) {
      edits.add(channelId, messageId, message);
      laneOf(channelId).poke();
    },
    wake() {
      for (const { lane, pace } of lanes.values()) {
        pace.retryNow(monotonic());
        lane.poke();
      }
    },
    async stop(withinMs = 2000) {
      unsubscribe();
      clearInterval(poll);
      if (refreshing) clearImmediate(refreshing);
      refresh();
      await within(withinMs, Promise.all([...lanes.values()].map(({ lane }) => lane.drain())));
      for (const { lane } of lanes.values()) lane.stop();
      stopping.abort();
    },
  };
}

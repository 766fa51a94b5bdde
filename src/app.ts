import { join } from 'node:path';
import type { Client } from 'discord.js';
import type { Logger } from 'pino';
import { createCommands } from './commands/index.js';
import { secretsEnv, type Settings } from './config/settings.js';
import { createDraftStore } from './db/draft-store.js';
import { createJobStore } from './db/job-store.js';
import { createLiveMessageStore } from './db/live-message-store.js';
import { lockDataDir } from './db/lock.js';
import { createNoticeStore } from './db/notice-store.js';
import { openDatabase } from './db/open.js';
import { createPlanStore } from './db/plan-store.js';
import { createClient } from './discord/client.js';
import { connect, listen } from './discord/connect.js';
import { createDispatcher } from './discord/dispatch.js';
import { registerCommands } from './discord/registration.js';
import { createReporter, type Reporter } from './discord/reporter/reporter.js';
import { UserError } from './domain/user-error.js';
import { createChartRenderer } from './services/charts/chart-renderer.js';
import { createJobDesk } from './services/jobs/create-job-desk.js';
import { createLocalExecutor } from './services/jobs/executors/local-executor.js';
import { createJobChanges } from './services/jobs/job-changes.js';
import type { KindTable } from './services/jobs/kinds.js';
import type { Clock } from './services/jobs/ports.js';
import { createStarter } from './services/jobs/starter.js';
import { Supervisor } from './services/jobs/supervisor.js';
import { createPlanDesk } from './services/plans/create-plan-desk.js';
import { createTrainingDesk } from './services/training/create-training-desk.js';
import { createTrainKind } from './services/training-jobs/train-kind.js';
import { createRendering } from './rendering.js';
import { closedPlanMessage } from './views/plan-message.js';

export interface AppOptions {
  readonly settings: Settings;
  readonly log: Logger;
  /** Epoch ms; tests move it. */
  readonly clock?: Clock;
  /** Called when the app cannot go on: the gateway closed for good. */
  readonly onFatal: (reason: string) => void;
}

/** The whole bot. `start` resolves when it is connected and its commands are registered; `stop` leaves children running. */
export interface App {
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Pause between two looks at running jobs, and between two at expired plans. */
const supervisorPollMs = 250;
const planPollMs = 1_000;
/** What is urgent may take this long to be sent when the bot is stopped. */
const stopWithinMs = 3_000;

/** The composition root: the only place where parts are put together. */
export function createApp(options: AppOptions): App {
  const { settings, log, onFatal } = options;
  const clock = options.clock ?? Date.now;
  const { dataDir } = settings;
  const stopping = new AbortController();
  const closers: (() => unknown)[] = [];

  function open() {
    const unlock = lockDataDir(dataDir);
    if (!unlock) {
      throw new UserError(
        `Another tuner-bot is running on the data folder ${dataDir}.`,
        'Stop that one, or give this one a folder of its own in TUNER_BOT_DATA_DIR.',
      );
    }
    closers.unshift(unlock);
    const db = openDatabase(join(dataDir, 'tuner-bot.db'));
    closers.unshift(() => db.close());
    const jobs = createJobStore(db);
    const stores = { jobs, live: createLiveMessageStore(db), notices: createNoticeStore(db) };
    return { ...stores, plans: createPlanStore(db), drafts: createDraftStore(db, clock) };
  }

  /** Everything but Discord: it works on while Discord is away. */
  function assemble(stores: ReturnType<typeof open>) {
    const listeners = new Set<(jobId: number) => void>();
    const changed = (jobId: number): void => {
      for (const listener of listeners) listener(jobId);
    };
    const onChange = (listener: (jobId: number) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    };
    const training = createTrainingDesk({ settings, log });
    const environment = { ...settings.publicEnv, ...secretsEnv(settings) };
    const kinds: KindTable = { train: createTrainKind({ training, environment, clock, log }) };
    const executor = createLocalExecutor();
    const shared = { jobs: stores.jobs, executor, kinds, clock, log, jobsDir: join(dataDir, 'jobs') };
    const changes = createJobChanges({ ...shared, onChange: changed });
    const starter = createStarter({ ...shared, changes, slots: slotsOf(settings) });
    const cancelGraceMs = settings.jobs.cancelGraceSeconds * 1000;
    const supervisor = new Supervisor({
      ...shared,
      changes,
      starter,
      cancelGraceMs,
      pollMs: supervisorPollMs,
      onProgress: changed,
    });
    const { access } = settings;
    const jobs = createJobDesk({ jobs: stores.jobs, supervisor, clock, access, onChange, changed });
    const plans = createPlanDesk({
      plans: stores.plans,
      kinds,
      clock,
      access,
      jobChannel: settings.discord.channel,
      onQueued(jobIds) {
        for (const id of jobIds) changed(id);
        supervisor.wake();
      },
    });
    return { training, jobs, plans, supervisor, onChange };
  }

  async function connectToDiscord(
    stores: ReturnType<typeof open>,
    parts: ReturnType<typeof assemble>,
  ): Promise<void> {
    const { guild, channel, token, apiUrl } = settings.discord;
    const jobsChannel = channel === undefined ? {} : { jobsChannelId: channel };
    const { commands, actions } = createCommands({ ...parts, drafts: stores.drafts, ...jobsChannel });
    const client = createClient({
      ...(apiUrl !== undefined && { apiUrl }),
      log,
      onDisconnected: (code) => onFatal(`the gateway closed with code ${code}`),
    });
    closers.unshift(() => client.destroy());
    listen(
      client,
      createDispatcher({
        rest: client.rest,
        commands,
        groups: actions,
        access: settings.access,
        guildIds: [guild],
        ownerOf: (guildId) => client.guilds.cache.get(guildId)?.ownerId,
        log,
        clock,
      }),
    );
    const ready = await connect(client, { token, log, signal: stopping.signal });
    const { rest, application } = ready;
    await registerCommands({ rest, applicationId: application.id, guildId: guild, commands, log });
    startReporting(ready, stores, parts);
  }

  function startReporting(
    client: Client<true>,
    stores: ReturnType<typeof open>,
    parts: ReturnType<typeof assemble>,
  ): Reporter {
    const charts = createChartRenderer({ log });
    const { guild, channel } = settings.discord;
    const reporter = createReporter({
      rest: client.rest,
      selfId: client.user.id,
      stores,
      ...createRendering({ jobs: parts.jobs, live: stores.live, charts, guildId: guild, log }),
      ...(channel !== undefined && { fallbackChannel: channel }),
      onChange: parts.onChange,
      log,
      clock,
    });
    parts.plans.onExpired((plan) => {
      if (plan.messageId !== undefined)
        reporter.edit(plan.channelId, plan.messageId, closedPlanMessage(plan));
    });
    const expiry = setInterval(() => parts.plans.expireDue(), planPollMs);
    closers.unshift(
      () => clearInterval(expiry),
      () => reporter.stop(stopWithinMs),
      () => charts.stop(),
    );
    client.on('shardResume', () => reporter.wake());
    reporter.start();
    return reporter;
  }

  return {
    async start() {
      const stores = open();
      const parts = assemble(stores);
      closers.unshift(() => parts.supervisor.stop());
      parts.supervisor.start();
      await connectToDiscord(stores, parts);
      log.info('ready');
    },
    async stop() {
      stopping.abort();
      for (const close of closers.splice(0)) await close();
    },
  };
}

/** Slot numbers: those of the settings, or one. */
function slotsOf({ jobs }: Settings): readonly number[] {
  if (jobs.slots === undefined) return [0];
  return typeof jobs.slots === 'number'
    ? Array.from({ length: jobs.slots }, (_, index) => index)
    : jobs.slots;
}

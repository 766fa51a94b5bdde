import { Events, type Client } from 'discord.js';
import type { Logger } from 'pino';
import { createCommands } from '../commands/index.js';
import { secretTexts, type Settings } from '../config/settings.js';
import { createClient } from '../discord/client.js';
import { connect, listen } from '../discord/connect.js';
import { createDispatcher } from '../discord/dispatch.js';
import { registerCommands } from '../discord/registration.js';
import { createReporter, type Reporter } from '../discord/reporter/reporter.js';
import { createChartRenderer, type ChartRenderer } from '../services/charts/chart-renderer.js';
import type { Clock } from '../services/jobs/ports.js';
import { closedPlanMessage } from '../views/plan-message.js';
import { statusMessage } from '../views/status-message.js';
import type { Services } from './assemble-services.js';
import type { Stores } from './open-stores.js';
import { createRendering } from './rendering.js';

/** Pause between two looks for plans whose time is over. */
const planPollMs = 1_000;
/** What is urgent may take this long to be sent when the bot is stopped. */
const stopWithinMs = 3_000;

export interface ConnectingParts {
  readonly settings: Settings;
  readonly stores: Stores;
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the waiting for a Discord that cannot be reached. */
  readonly signal: AbortSignal;
  readonly onFatal: (reason: string) => void;
}

/** Connects, registers the commands and starts to report. Resolves with the way to end all of it. */
export async function connectDiscord(parts: ConnectingParts): Promise<() => Promise<void>> {
  const { settings, stores, services, clock, log, signal, onFatal } = parts;
  const { guild, channel, token, apiUrl } = settings.discord;
  const charts = createChartRenderer({ log });
  const { commands, actions } = createCommands({
    ...services,
    drawChart: (spec) =>
      charts.render(spec).catch((error: unknown) => {
        log.error({ err: error }, 'the chart of an answer could not be drawn');
        return undefined;
      }),
    drafts: stores.drafts,
    ...(channel !== undefined && { jobsChannelId: channel }),
  });
  const client = createClient({
    ...(apiUrl !== undefined && { apiUrl }),
    log,
    onDisconnected: (code) => onFatal(`the gateway closed with code ${code}`),
  });
  try {
    const dispatch = createDispatcher({
      rest: client.rest,
      commands,
      groups: actions,
      access: settings.access,
      guildIds: [guild],
      ownerOf: (guildId) => client.guilds.cache.get(guildId)?.ownerId,
      log,
      clock,
      onAudit: (record) => stores.audit.append(record),
      secrets: secretTexts(settings),
      limit: ({ actor }) => services.limitCommands(actor.userId),
    });
    listen(client, dispatch);
    const ready = await connect(client, { token, log, signal });
    await registerCommands({
      rest: ready.rest,
      applicationId: ready.application.id,
      guildId: guild,
      commands,
      log,
    });
    const stopReporting = startReporting(ready, parts, charts);
    return async () => {
      await stopReporting();
      await charts.stop();
      await client.destroy();
    };
  } catch (error) {
    await client.destroy();
    await charts.stop();
    throw error;
  }
}

function startReporting(
  client: Client<true>,
  parts: ConnectingParts,
  charts: ChartRenderer,
): () => Promise<void> {
  const { settings, stores, services, clock, log } = parts;
  const { guild, channel } = settings.discord;
  const reporter = createReporter({
    rest: client.rest,
    selfId: client.user.id,
    stores,
    ...createRendering({
      jobs: services.jobs,
      live: stores.live,
      charts,
      sentinel: services.sentinel,
      guildId: guild,
      log,
    }),
    status: {
      messages: stores.statusMessages,
      render: async ({ pin }) =>
        statusMessage(await services.status.board(), { pinRefused: pin === 'refused' }),
      onPost: services.status.onPost,
    },
    ...(channel !== undefined && { fallbackChannel: channel }),
    onChange: services.onChange,
    log,
    clock,
  });
  client.on(Events.ShardResume, () => reporter.wake());
  const stopExpiry = watchPlans(parts, reporter);
  reporter.start();
  return async () => {
    stopExpiry();
    await reporter.stop(stopWithinMs);
  };
}

/** Shows on a plan's message that nobody pressed in time, or that it was withdrawn elsewhere. */
function watchPlans({ services, settings }: ConnectingParts, reporter: Reporter): () => void {
  const { channel } = settings.discord;
  services.plans.onClosed((plan) => {
    if (plan.messageId === undefined) return;
    const message = closedPlanMessage(plan, channel === undefined ? {} : { jobsChannelId: channel });
    reporter.edit(plan.channelId, plan.messageId, message);
  });
  const timer = setInterval(() => services.plans.expireDue(), planPollMs);
  return () => clearInterval(timer);
}

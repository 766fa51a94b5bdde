import type { Logger } from 'pino';
import { assembleServices, type Services } from './app/assemble-services.js';
import { connectDiscord } from './app/connect-discord.js';
import { findSlots } from './services/gpu/find-slots.js';
import { tellCards } from './services/gpu/tell-cards.js';
import { lockToken } from './app/lock-token.js';
import { openStores, type Stores } from './app/open-stores.js';
import { watchDataDir } from './app/watch-data-dir.js';
import type { Settings } from './config/settings.js';
import type { Clock } from './services/jobs/ports.js';

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

/** The composition root: the only place, with `app/`, where parts are put together. */
export function createApp({ settings, log, clock = Date.now, onFatal }: AppOptions): App {
  const stopping = new AbortController();
  let stores: Stores | undefined;
  let services: Services | undefined;
  let unwatch: (() => void) | undefined;
  let unlockToken: (() => void) | undefined;
  let disconnect: (() => Promise<void>) | undefined;
  let stopTelling: (() => void) | undefined;

  return {
    async start() {
      const slots = await findSlots(settings.jobs.slots, settings.publicEnv);
      if (stopping.signal.aborted) return;
      stores = openStores(settings.dataDir, clock);
      unlockToken = lockToken(settings.discord);
      unwatch = watchDataDir(settings.dataDir, () =>
        onFatal(`the database in ${settings.dataDir} was deleted or replaced while the bot ran`),
      );
      services = assembleServices({ settings, stores, clock, log, slots });
      // Before Discord: jobs are followed and their ends recorded also while it cannot be reached.
      services.supervisor.start();
      services.gpuReader.start();
      stopTelling = tellCards({ ...services, jobs: stores.jobs });
      const { signal } = stopping;
      disconnect = await connectDiscord({ settings, stores, services, clock, log, signal, onFatal });
      log.info('ready');
      services.runs.start().catch((err: unknown) => log.warn({ err }, 'the runs could not be listed'));
    },
    async stop() {
      stopping.abort();
      unwatch?.();
      stopTelling?.();
      await services?.supervisor.stop();
      await disconnect?.();
      await services?.lister.close();
      await services?.gpuReader.stop();
      await services?.metrics.close();
      stores?.close();
      unlockToken?.();
    },
  };
}

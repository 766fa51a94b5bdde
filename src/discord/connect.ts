import { setTimeout as wait } from 'node:timers/promises';
import { GatewayDispatchEvents, type GatewayInteractionCreateDispatchData } from 'discord-api-types/v10';
import { DiscordAPIError, Events, Routes, type Client } from 'discord.js';
import type { Logger } from 'pino';
import { UserError } from '../domain/user-error.js';
import type { Dispatcher } from './dispatch.js';

export interface Connecting {
  readonly token: string;
  readonly log: Logger;
  /** Ends the waiting for a Discord that cannot be reached. */
  readonly signal?: AbortSignal;
}

/** Longest wait between two tries to reach Discord at the start, ms. */
const longestWaitMs = 30_000;

/**
 * Connects and resolves once the client is ready. While Discord cannot be reached it is tried again, with growing waits:
 * a bot that ended instead would be started anew, and each start may cost one of the 1000 IDENTIFYs a day. Throws
 * UserError when Discord refuses the token.
 */
export async function connect(client: Client, connecting: Connecting): Promise<Client<true>> {
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await reachDiscord(client, connecting);
  await Promise.race([login(client, connecting.token), untilAborted(connecting.signal)]);
  return Promise.race([ready, untilAborted(connecting.signal)]);
}

async function login(client: Client, token: string): Promise<void> {
  try {
    await client.login(token);
  } catch (error) {
    // 4004 of the gateway comes as an Error with this message, a 401 as TokenInvalid.
    if (error instanceof Error && /authentication failed|invalid token/i.test(error.message))
      throw refused(error);
    throw error;
  }
}

/** Rejects when the signal is aborted; the gateway itself would be waited for without end. */
function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error('Connecting was given up.', { cause: signal?.reason }));
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** A failed login destroys a discord.js client for good, so the way is tried before it. */
async function reachDiscord(client: Client, { token, log, signal }: Connecting): Promise<void> {
  for (let waitMs = 1000; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    client.rest.setToken(token);
    try {
      await client.rest.get(Routes.gatewayBot(), signal ? { signal } : {});
      return;
    } catch (error) {
      if (error instanceof DiscordAPIError && error.status === 401) {
        throw refused(error);
      }
      signal?.throwIfAborted();
      log.warn({ err: error, waitMs }, 'Discord cannot be reached, trying again');
      await wait(waitMs, undefined, signal ? { signal } : {});
    }
  }
}

function refused(cause: Error): UserError {
  return new UserError(
    'Discord does not accept the token.',
    'Set DISCORD_TOKEN to the one of the Discord Developer Portal → your application → Bot → Reset Token.',
    { cause },
  );
}

/** Hands every interaction to the dispatcher, as the gateway brought it: roles and permissions as stated there. */
export function listen(client: Client, dispatch: Dispatcher): void {
  client.ws.on(
    GatewayDispatchEvents.InteractionCreate,
    (interaction: GatewayInteractionCreateDispatchData) => void dispatch(interaction),
  );
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, routeNotFound, unauthorized } from './api-error.js';
import type { Befalls, Faults } from './faults.js';
import { OldMessageLimit } from './messages.js';
import type { RateLimits } from './rate-limits.js';
import { readInput } from './request.js';
import { accountRoutes } from './routes/account.js';
import { channelRoutes } from './routes/channels.js';
import { guildRoutes } from './routes/guilds.js';
import { interactionRoutes } from './routes/interactions.js';
import { matchRoute, type Parts, type Route } from './routes/route.js';

export interface RestCounts {
  /** Requests by `METHOD /route/:pattern`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Answers of 400 and more, newest last; 200 at most. */
  readonly refusals: readonly {
    readonly route: string;
    readonly status: number;
    readonly code: number;
    readonly message: string;
  }[];
}

export interface Rest {
  /** Answers a request below `/api`. `path` is without `/api/v10`. */
  handle(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ): Promise<void>;
  readonly counts: RestCounts;
}

const keptRefusals = 200;

/** REST v10 of the sandbox: authorisation, rate limits and faults around the routes. */
export function createRest(parts: Parts, faults: Faults, limits: RateLimits): Rest {
  const routes: readonly Route[] = [
    ...accountRoutes(parts),
    ...guildRoutes(parts),
    ...channelRoutes(parts),
    ...interactionRoutes(parts),
  ];
  const requests: Record<string, number> = {};
  const refusals: RestCounts['refusals'][number][] = [];

  async function perform(
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    query: URLSearchParams,
  ) {
    const method = request.method ?? 'GET';
    const match = matchRoute(routes, method, path);
    if (!match) throw routeNotFound();
    const { route, params } = match;
    const name = `${method} ${route.path}`;
    requests[name] = (requests[name] ?? 0) + 1;
    if (route.open !== true && request.headers.authorization !== `Bot ${parts.world.token}`)
      throw unauthorized();
    const input = await readInput(request);
    const major = params['channel'] ?? params['guild'] ?? '';
    const state = limits.take(method, route.path, major);
    for (const [header, value] of Object.entries(state.headers)) response.setHeader(header, value);
    if (state.retryAfterMs !== undefined) {
      const scope = state.global ? 'global' : 'user';
      return refuseForSpeed(response, { retryAfterMs: state.retryAfterMs, global: state.global, scope });
    }
    const { status, body } = await route.handle({ params, query, input });
    answer(response, status ?? (body === undefined ? 204 : 200), body);
  }

  function note(request: IncomingMessage, path: string, error: ApiError): void {
    const { status, code, message } = error;
    refusals.push({
      route: `${request.method} ${path}`,
      status,
      code,
      message: error.errors ? JSON.stringify(error) : message,
    });
    if (refusals.length > keptRefusals) refusals.shift();
  }

  return {
    counts: { requests, refusals },
    async handle(request, response, path, query) {
      if (faults.delayMs > 0) await pause(faults.delayMs);
      const befalls = faults.next(request.method ?? 'GET', path);
      if (befalls === 'cut') return void request.socket.destroy();
      if (typeof befalls === 'number') return answerFault(response, befalls);
      try {
        if (befalls === 'lost') loseAnswer(response);
        await perform(request, response, path, query);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        note(request, path, error);
        if (error instanceof OldMessageLimit) {
          const { retryAfterMs, code, message } = error;
          return refuseForSpeed(response, { retryAfterMs, global: false, scope: 'user', code, message });
        }
        answer(response, error.status, error);
      }
    },
  };
}

interface SpeedRefusal {
  readonly retryAfterMs: number;
  readonly global: boolean;
  readonly scope: string;
  readonly code?: number;
  readonly message?: string;
}

function refuseForSpeed(
  response: ServerResponse,
  { retryAfterMs, global, scope, code, message }: SpeedRefusal,
): void {
  const seconds = retryAfterMs / 1000;
  response.setHeader('Retry-After', String(Math.ceil(seconds)));
  response.setHeader('X-RateLimit-Scope', scope);
  answer(response, 429, {
    message: message ?? 'You are being rate limited.',
    retry_after: seconds,
    global,
    ...(code !== undefined && { code }),
  });
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  if (response.destroyed) return;
  response.statusCode = status;
  if (body === undefined) return void response.end();
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify(body));
}

function answerFault(response: ServerResponse, status: Exclude<Befalls, string>): void {
  if (status === 429) return refuseForSpeed(response, { retryAfterMs: 500, global: false, scope: 'shared' });
  answer(response, status, { message: `${status}: fault on demand`, code: 0 });
}

/** What is done takes effect; the answer never leaves. */
function loseAnswer(response: ServerResponse): void {
  response.end = ((): ServerResponse => {
    response.destroy();
    return response;
  }) as ServerResponse['end'];
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

import { REST } from 'discord.js';
import { isPacedRoute } from '../../src/discord/reporter/paced-routes.js';

export interface RecordedRequest {
  readonly method: string;
  /** Without host, version and query. */
  readonly path: string;
  readonly query: URLSearchParams;
  // eslint-disable-next-line typescript/no-explicit-any -- what was sent, to be looked into by each test
  readonly body: any;
}

/** discord.js's own REST client with HTTP answered here: `answer` decides, by default `{ id }` and 200. */
export function recordRest(
  answer: (request: RecordedRequest) => Response | undefined | Promise<Response | undefined> = () =>
    undefined,
) {
  const requests: RecordedRequest[] = [];
  const rest = new REST({
    rejectOnRateLimit: isPacedRoute,
    async makeRequest(url, init) {
      const { pathname, searchParams } = new URL(url);
      const request: RecordedRequest = {
        method: init.method ?? 'GET',
        path: decodeURIComponent(pathname).replace(/^\/api\/v10/, ''),
        query: searchParams,
        body: bodyOf(init.body),
      };
      requests.push(request);
      return (await answer(request)) ?? Response.json({ id: '700000000000000001' });
    },
  }).setToken('token');
  return { rest, requests };
}

function bodyOf(body: unknown): unknown {
  const payload = body instanceof FormData ? body.get('payload_json') : body;
  if (typeof payload === 'string') return JSON.parse(payload);
  return undefined;
}

/** Discord's form of an error. */
export function discordError(status: number, code: number, message = 'error'): Response {
  return Response.json({ code, message }, { status });
}

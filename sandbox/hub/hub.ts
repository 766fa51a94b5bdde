import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createBotToken, type BotToken } from './bot-token.js';
import { createHubFaults, type Effects, type HubFaults } from './faults.js';
import { CutError, HubError } from './hub-error.js';
import { createObjects } from './objects.js';
import { receiveAll } from './receive.js';
import { createRepos, type Repos } from './repos.js';
import { accountRoutes } from './routes/account.js';
import { commitRoutes } from './routes/commits.js';
import { lfsRoutes } from './routes/lfs.js';
import { repoRoutes } from './routes/repos.js';
import { resolveRoutes } from './routes/resolve.js';
import type { Parts, Reply, Route } from './routes/route.js';
import { treeRoutes } from './routes/tree.js';
import { seedTokens } from './seed.js';
import { createTokens, type Tokens } from './tokens.js';

export interface HubOptions {
  /** `http://127.0.0.1:PORT`: what links in answers begin with. */
  readonly origin: () => string;
  /** ms since 1970 */
  readonly now?: () => number;
  /** Objects beyond this are known by hash and size alone. */
  readonly keepBytes?: number;
  /** From this size on a client that can is asked to send parts of `partBytes`. */
  readonly multipartBytes?: number;
  readonly partBytes?: number;
  /** Entries of a listing in one answer. */
  readonly pageSize?: number;
}

/** One request, told once it ended. Bytes and paths, never a token. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  /** 0: the connection was cut, here or there. */
  readonly status: number;
  /** Of the body, so far as it was read. */
  readonly bytes: number;
  /** The token's display name. */
  readonly by?: string;
}

/** A request whose body comes in. */
export interface Arriving {
  readonly method: string;
  readonly path: string;
  bytes: number;
  /** As its sender announced them; 0: it did not. */
  readonly ofBytes: number;
}

export interface Hub {
  /** Answers a request; true when it is the Hub's at all. */
  handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean>;
  readonly tokens: Tokens;
  readonly repos: Repos;
  readonly faults: HubFaults;
  /** Newest last, 2000 at most. */
  readonly arrived: readonly Arrived[];
  readonly arriving: ReadonlySet<Arriving>;
  readonly botToken: BotToken;
  /** Called when something came or changed, often. Returns the way to stop watching. */
  watch(listener: () => void): () => void;
  /** For who changes tokens or faults: tells those who watch. */
  changed(): void;
}

const keptArrivals = 2000;
const mib = 1024 * 1024;

/** A stand-in for the Hugging Face Hub's HTTP interface, in memory, as far as uploading and looking need it. */
export function createHub(options: HubOptions): Hub {
  const { origin, now = Date.now } = options;
  const parts: Parts = {
    tokens: createTokens(),
    repos: createRepos(now),
    objects: createObjects(),
    faults: createHubFaults(),
    origin,
    keepBytes: options.keepBytes ?? 64 * mib,
    multipartBytes: options.multipartBytes ?? 64 * mib,
    partBytes: options.partBytes ?? 16 * mib,
    pageSize: options.pageSize ?? 1000,
  };
  seedTokens(parts.tokens);
  const routes: readonly Route[] = [
    ...accountRoutes(),
    ...repoRoutes(parts),
    ...commitRoutes(parts),
    ...treeRoutes(parts),
    ...lfsRoutes(parts),
    ...resolveRoutes(parts),
  ];
  const botToken = createBotToken(parts.tokens);
  const arrived: Arrived[] = [];
  const arriving = new Set<Arriving>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  async function reply(route: Route, request: IncomingMessage, url: URL, path: string, effects: Effects) {
    if (effects.status) throw faultError(effects.status);
    const token = route.open ? undefined : parts.tokens.read(request.headers.authorization);
    const params = route.path.exec(path)?.groups ?? {};
    const answer = await route.handle({ request, url, params, token, effects });
    // A request whose body the route has no use for is cut here.
    if (effects.cutAfterBytes !== undefined) await receiveAll(request, effects);
    return answer;
  }

  return {
    ...parts,
    arrived,
    arriving,
    botToken,
    changed,
    watch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async handle(request, response, url) {
      const method = request.method ?? 'GET';
      const path = decodeURIComponent(url.pathname);
      const route = routes.find((each) => each.method === method && each.path.test(path));
      if (!route) return false;
      const coming = { method, path, bytes: 0, ofBytes: Number(request.headers['content-length'] ?? 0) };
      arriving.add(coming);
      request.on('data', (piece: Buffer) => {
        coming.bytes += piece.length;
        changed();
      });
      request.pause();
      const effects = parts.faults.take(method, path);
      let status = 0;
      try {
        const answer = await reply(route, request, url, path, effects);
        if (effects.lost) throw new CutError('The answer is lost');
        status = send(response, answer);
      } catch (error) {
        if (error instanceof HubError) status = send(response, refusal(error, effects));
        else response.destroy();
        // The other side went away in the middle: Node says ECONNRESET.
        if (!(error instanceof HubError || error instanceof CutError || request.destroyed)) throw error;
      } finally {
        const by = known(parts.tokens, request)?.name;
        arriving.delete(coming);
        arrived.push({ method, path, status, bytes: coming.bytes, ...(by !== undefined && { by }) });
        if (arrived.length > keptArrivals) arrived.shift();
        changed();
      }
      return true;
    },
  };
}

function known(tokens: Tokens, request: IncomingMessage) {
  try {
    return tokens.read(request.headers.authorization);
  } catch {
    return undefined;
  }
}

function faultError({ status }: Effects['status'] & object): HubError {
  const said: Record<number, string> = { 429: 'Too Many Requests', 503: 'Service Unavailable' };
  return new HubError(status, said[status] ?? `${status}: fault on demand`);
}

function refusal({ status, message, code }: HubError, { status: fault }: Effects): Reply {
  return {
    status,
    json: { error: message },
    headers: {
      'X-Error-Message': message.replaceAll('\n', ' '),
      ...(code !== undefined && { 'X-Error-Code': code }),
      ...(fault?.retryAfterSeconds !== undefined && { 'Retry-After': String(fault.retryAfterSeconds) }),
    },
  };
}

function send(response: ServerResponse, { status = 200, headers = {}, json, data }: Reply): number {
  response.statusCode = status;
  response.setHeader('X-Request-Id', `Root=${randomUUID()}`);
  if (json !== undefined) response.setHeader('Content-Type', 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.end(json === undefined ? data : JSON.stringify(json));
  return status;
}

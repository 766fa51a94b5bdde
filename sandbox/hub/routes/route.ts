import type { IncomingMessage } from 'node:http';
import type { Effects, HubFaults } from '../faults.js';
import { HubError, badRequest, notSignedIn, repoNotFound } from '../hub-error.js';
import type { Objects } from '../objects.js';
import { receiveAll } from '../receive.js';
import type { HubRepo, RepoType, Repos } from '../repos.js';
import { mayRead, type HubToken, type Tokens } from '../tokens.js';

/** What the routes share. */
export interface Parts {
  readonly tokens: Tokens;
  readonly repos: Repos;
  readonly objects: Objects;
  readonly faults: HubFaults;
  /** `http://127.0.0.1:PORT` */
  readonly origin: () => string;
  /** Objects beyond this are known by hash and size alone. */
  readonly keepBytes: number;
  /** From this size on a client that can is asked to send parts. */
  readonly multipartBytes: number;
  readonly partBytes: number;
  /** Entries of a listing in one answer. */
  readonly pageSize: number;
}

export interface Call {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly params: Readonly<Record<string, string>>;
  readonly token: HubToken | undefined;
  readonly effects: Effects;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly data?: Buffer;
}

export interface Route {
  readonly method: string;
  /** Matches the decoded path; named groups become `params`. */
  readonly path: RegExp;
  /** Signed by its own URL: `Authorization` is not looked at. */
  readonly open?: true;
  handle(call: Call): Reply | Promise<Reply>;
}

/** A repository in a path of the API: `/api/models/NAMESPACE/NAME`. */
export const apiRepo = '/api/(?<types>models|datasets|spaces)/(?<ns>[^/]+)/(?<name>[^/]+)';
/** A repository in a path of the site: models stand at the root. */
export const siteRepo = '(?:/(?<types>datasets|spaces))?/(?<ns>[^/]+)/(?<name>[^/]+?)';

export function typeOf({ params }: Call): RepoType {
  return params['types'] === 'datasets' ? 'dataset' : params['types'] === 'spaces' ? 'space' : 'model';
}

export function signedIn({ token }: Call): HubToken {
  if (!token) throw notSignedIn();
  return token;
}

/** The repository of the path. A private one does not exist for who may not see it. */
export function repoOf({ repos }: Parts, call: Call): HubRepo {
  const repo = repos.find(typeOf(call), `${call.params['ns']}/${call.params['name']}`);
  if (repo && (!repo.private || mayRead(call.token, repo.namespace))) return repo;
  throw call.token ? repoNotFound() : new HubError(401, 'Invalid username or password.', 'RepoNotFound');
}

export async function jsonOf({ request, effects }: Call): Promise<Readonly<Record<string, unknown>>> {
  return recordOf((await receiveAll(request, effects)).toString('utf8'));
}

/** Throws 400 for text that is no JSON object. */
export function recordOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // Said below, as for a list or a number.
  }
  throw badRequest('Invalid JSON');
}

export function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value)
    ? value.filter((each) => typeof each === 'object' && each !== null).map((each) => ({ ...each }))
    : [];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** `rel="next"` where more than a page is left. `cursor` is the index of the page's first entry. */
export function page<T>(parts: Parts, { url }: Call, entries: readonly T[], pageSize = parts.pageSize) {
  const from = Number(url.searchParams.get('cursor') ?? 0);
  const next = new URL(url.pathname + url.search, parts.origin());
  next.searchParams.set('cursor', String(from + pageSize));
  return {
    entries: entries.slice(from, from + pageSize),
    headers: from + pageSize < entries.length ? { Link: `<${next.href}>; rel="next"` } : {},
  };
}

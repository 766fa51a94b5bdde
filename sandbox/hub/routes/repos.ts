import { badRequest, repoNotFound } from '../hub-error.js';
import { commitAt, type HubRepo, type RepoType } from '../repos.js';
import { assertMayWrite, mayRead } from '../tokens.js';
import {
  apiRepo,
  jsonOf,
  page,
  repoOf,
  signedIn,
  textOf,
  typeOf,
  type Call,
  type Parts,
  type Reply,
  type Route,
} from './route.js';

/** Making, describing, listing and deleting repositories. */
export function repoRoutes(parts: Parts): Route[] {
  const info = (call: Call): Reply => ({
    json: infoOf(repoOf(parts, call), call.params['rev'] ?? 'main'),
  });
  return [
    {
      method: 'POST',
      path: /^\/api\/repos\/create$/,
      handle: (call) => create(parts, call),
    },
    {
      method: 'DELETE',
      path: /^\/api\/repos\/delete$/,
      async handle(call) {
        const token = signedIn(call);
        const { type, namespace, id } = named(await jsonOf(call), token.user.name);
        assertMayWrite(token, type, namespace);
        if (!parts.repos.delete(type, id)) throw repoNotFound();
        return { json: {} };
      },
    },
    { method: 'GET', path: new RegExp(`^${apiRepo}$`), handle: info },
    { method: 'GET', path: new RegExp(`^${apiRepo}/revision/(?<rev>[^/]+)$`), handle: info },
    { method: 'GET', path: /^\/api\/(?<types>models|datasets|spaces)$/, handle: (call) => list(parts, call) },
    {
      method: 'GET',
      path: new RegExp(`^${apiRepo}/commits/(?<rev>[^/]+)$`),
      handle(call) {
        const { commits } = repoOf(parts, call);
        const { entries, headers } = page(parts, call, commits.toReversed());
        const json = entries.map(({ id, title, message, author, date }) => ({
          id,
          title,
          message,
          date: date.toISOString(),
          authors: [{ user: author, avatar: '' }],
        }));
        return { headers, json };
      },
    },
  ];
}

async function create({ repos, origin }: Parts, call: Call): Promise<Reply> {
  const token = signedIn(call);
  const body = await jsonOf(call);
  const { type, namespace, id } = named(body, token.user.name);
  assertMayWrite(token, type, namespace);
  const hidden = body['private'] === true || body['visibility'] === 'private';
  const repo = repos.create(type, id, { private: hidden, author: token.user.name });
  const place = type === 'model' ? id : `${type}s/${id}`;
  return { json: { url: `${origin()}/${place}`, name: repo.id, id: repo.id, private: repo.private } };
}

/** The repository that a body names: `name` alone is one of the token's owner. */
function named(body: Readonly<Record<string, unknown>>, owner: string) {
  const given = textOf(body['name']);
  const namespace =
    textOf(body['organization']) || (given.includes('/') ? (given.split('/')[0] ?? '') : owner);
  const name = given.split('/').at(-1) ?? '';
  const type = textOf(body['type']) || 'model';
  if (type !== 'model' && type !== 'dataset' && type !== 'space') throw badRequest(`Invalid type "${type}"`);
  const kind: RepoType = type;
  return { type: kind, namespace, id: `${namespace}/${name}` };
}

function list(parts: Parts, call: Call): Reply {
  const { searchParams } = call.url;
  const author = searchParams.get('author');
  const search = searchParams.get('search')?.toLowerCase() ?? '';
  const found = parts.repos
    .list(typeOf(call))
    .filter((repo) => !repo.private || mayRead(call.token, repo.namespace))
    .filter(({ namespace, id }) => (author ?? namespace) === namespace && id.toLowerCase().includes(search));
  const limit = Math.min(Number(searchParams.get('limit') ?? parts.pageSize), parts.pageSize);
  const { entries, headers } = page(parts, call, found, limit);
  return { headers, json: entries.map((repo) => infoOf(repo, 'main')) };
}

function infoOf(repo: HubRepo, revision: string) {
  const { id: sha, date, files } = commitAt(repo, revision);
  return {
    _id: sha.slice(0, 24),
    id: repo.id,
    ...(repo.type === 'model' && { modelId: repo.id }),
    author: repo.namespace,
    sha,
    lastModified: date.toISOString(),
    createdAt: repo.createdAt.toISOString(),
    private: repo.private,
    gated: false,
    disabled: false,
    downloads: 0,
    likes: 0,
    tags: [],
    siblings: [...files.keys()].toSorted().map((rfilename) => ({ rfilename })),
  };
}

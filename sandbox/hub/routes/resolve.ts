import { HubError, entryNotFound } from '../hub-error.js';
import { commitAt } from '../repos.js';
import { repoOf, siteRepo, type Call, type Parts, type Reply, type Route } from './route.js';

/** Downloads, whole or in ranges. */
export function resolveRoutes(parts: Parts): Route[] {
  const path = new RegExp(`^${siteRepo}/(?:resolve|raw)/(?<rev>[^/]+)/(?<path>.+)$`);
  return ['GET', 'HEAD'].map((method) => ({ method, path, handle: (call) => resolve(parts, call) }));
}

function resolve(parts: Parts, call: Call): Reply {
  const commit = commitAt(repoOf(parts, call), call.params['rev'] ?? '');
  const file = commit.files.get(call.params['path'] ?? '');
  if (!file) throw entryNotFound();
  const headers = {
    'X-Repo-Commit': commit.id,
    ETag: `"${file.lfs?.oid ?? file.oid}"`,
    'Accept-Ranges': 'bytes',
    'Content-Type': 'application/octet-stream',
    ...(file.lfs && { 'X-Linked-Size': String(file.size), 'X-Linked-ETag': `"${file.lfs.oid}"` }),
  };
  if (call.request.method === 'HEAD') return { headers: { ...headers, 'Content-Length': String(file.size) } };
  const { data } = file;
  if (!data) throw new HubError(410, 'Too large to be kept here: its hash and size alone are known.');
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.request.headers.range ?? '');
  if (!range) return { headers, data };
  const from = Number(range[1]);
  const to = Math.min(range[2] === '' ? Infinity : Number(range[2]), file.size - 1);
  return {
    status: 206,
    headers: { ...headers, 'Content-Range': `bytes ${from}-${to}/${file.size}` },
    data: data.subarray(from, to + 1),
  };
}

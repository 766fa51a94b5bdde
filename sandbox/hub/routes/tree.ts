import { entryNotFound } from '../hub-error.js';
import { commitAt, type HubCommit, type HubFile } from '../repos.js';
import { apiRepo, jsonOf, page, repoOf, type Parts, type Route } from './route.js';

/** Listings: https://huggingface.co/docs/hub/api */
export function treeRoutes(parts: Parts): Route[] {
  return [
    {
      method: 'GET',
      path: new RegExp(`^${apiRepo}/tree/(?<rev>[^/]+)(?:/(?<path>.*))?$`),
      handle(call) {
        const commit = commitAt(repoOf(parts, call), call.params['rev'] ?? '');
        const folder = (call.params['path'] ?? '').replace(/\/$/, '');
        const all = entriesBelow(commit, folder, call.url.searchParams.get('recursive') === 'true');
        if (all.length === 0 && folder !== '') throw entryNotFound();
        const { entries, headers } = page(parts, call, all);
        return { headers, json: entries };
      },
    },
    {
      method: 'POST',
      path: new RegExp(`^${apiRepo}/paths-info/(?<rev>[^/]+)$`),
      async handle(call) {
        const commit = commitAt(repoOf(parts, call), call.params['rev'] ?? '');
        const { paths } = await jsonOf(call);
        const wanted: unknown[] = Array.isArray(paths) ? paths : [paths];
        return { json: entriesBelow(commit, '', true).filter(({ path }) => wanted.includes(path)) };
      },
    },
  ];
}

interface TreeEntry {
  readonly type: 'file' | 'directory';
  readonly oid: string;
  readonly size: number;
  readonly path: string;
  readonly lfs?: HubFile['lfs'] & object;
}

/** Files and folders below a folder, by path; with `recursive` not its own alone. */
function entriesBelow({ id, files }: HubCommit, folder: string, recursive: boolean): TreeEntry[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  const below = [...files.values()].filter(({ path }) => path.startsWith(prefix));
  const folders = new Set(
    below.flatMap(({ path }) => {
      const names = path.slice(prefix.length).split('/').slice(0, -1);
      return names.map((_, at) => prefix + names.slice(0, at + 1).join('/'));
    }),
  );
  const entries: TreeEntry[] = [
    ...[...folders].map((path) => ({ type: 'directory' as const, oid: id, size: 0, path })),
    ...below.map(({ path, size, oid, lfs }) => ({
      type: 'file' as const,
      oid,
      size,
      path,
      ...(lfs && { lfs }),
    })),
  ];
  return entries
    .filter(({ path }) => recursive || !path.slice(prefix.length).includes('/'))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { mapLimited } from './map-limited.js';

/** A dataset of the toolset. */
export interface DatasetFile {
  /** Path relative to the toolset, with `/`: how it is shown and chosen. */
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const maxDepth = 8;
const maxFiles = 5000;
const parallel = 16;

/** All `*.jsonl` below the folders of the manifest, newest first. What cannot be read is left out. */
export async function listDatasets(
  root: string,
  folders: readonly string[],
): Promise<readonly DatasetFile[]> {
  const paths: string[] = [];
  const seen = new Set<string>();
  for (const folder of folders) await collect(join(root, folder), 0, paths, seen);
  const files = await mapLimited(paths, parallel, async (path): Promise<DatasetFile | undefined> => {
    const entry = await stat(path).catch(() => undefined);
    if (entry?.isFile() !== true) return undefined;
    return { name: nameWithin(root, path), path, sizeBytes: entry.size, modifiedMs: entry.mtimeMs };
  });
  return files.filter((file) => file !== undefined).toSorted((a, b) => b.modifiedMs - a.modifiedMs);
}

/** Walks down, through links too, each folder once: links may lead in circles. */
async function collect(folder: string, depth: number, paths: string[], seen: Set<string>): Promise<void> {
  const real = await realpath(folder).catch(() => undefined);
  if (real === undefined || seen.has(real) || depth > maxDepth) return;
  seen.add(real);
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (paths.length >= maxFiles) return;
    if (entry.name.endsWith('.jsonl')) paths.push(path);
    else if (entry.isDirectory() || entry.isSymbolicLink()) await collect(path, depth + 1, paths, seen);
  }
}

/** A path as it is shown: relative to the toolset where it lies within, else absolute. */
export function nameWithin(root: string, path: string): string {
  const inner = relative(root, resolve(root, path));
  return inner === '' || inner.startsWith('..') || isAbsolute(inner) ? resolve(root, path) : inner;
}

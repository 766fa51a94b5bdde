import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A metrics log as the file system knows it now. */
export interface LogFile {
  readonly path: string;
  /** Device and inode: the same file under another name has the same. */
  readonly identity: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** The logs of a run. `pattern` is relative to `folder` and may hold `*` in its last part, e.g. `logs/training_*.jsonl`. */
export interface LogLocation {
  readonly folder: string;
  readonly pattern: string;
}

/**
 * The logs of a run, oldest first; each file once, whatever names it has. `training_latest.jsonl` is left out where a dated
 * log stands beside it: it is a link to the newest of them, or a copy where the file system has no links. A folder
 * that is not there has none. Throws what the file system says when a folder cannot be read.
 */
export async function findLogs({ folder, pattern }: LogLocation): Promise<LogFile[]> {
  const dir = join(folder, dirname(pattern));
  const names = await namesIn(dir);
  const wanted = chooseNames(names, basename(pattern));
  const files = await Promise.all(wanted.map((name) => describe(join(dir, name))));
  const byIdentity = new Map<string, LogFile>();
  for (const file of files) if (file && !byIdentity.has(file.identity)) byIdentity.set(file.identity, file);
  return [...byIdentity.values()].sort(byAge);
}

const date = /\d{8}_\d{6}/;

function chooseNames(names: readonly string[], pattern: string): string[] {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.join('*');
  const fits = (name: string): boolean =>
    rest.length === 0
      ? name === pattern
      : name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail);
  const fitting = names.filter(fits).sort();
  const dated = fitting.filter((name) => date.test(name));
  return dated.length > 0 ? fitting.filter((name) => !name.includes('latest')) : fitting;
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Undefined for what vanished meanwhile, a link to nothing, and what is no file. */
async function describe(path: string): Promise<LogFile | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    return {
      path,
      identity: `${found.dev}:${found.ino}`,
      sizeBytes: Number(found.size),
      modifiedMs: Number(found.mtimeMs),
    };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** By the time in the name, where both have one, else by modification. */
function byAge(a: LogFile, b: LogFile): number {
  const [nameA, nameB] = [date.exec(basename(a.path))?.[0], date.exec(basename(b.path))?.[0]];
  if (nameA !== undefined && nameB !== undefined && nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1);
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(String(error.code))
  );
}

import { constants, lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { isGone } from '../../toolset/read-problem.js';
import { Mark, rowSize, type FolderTable, type RunLook } from './folder-table.js';
import type { RunsRoot } from './protocol.js';
import { hasStamp, proves, stampSize, writeStamp, type FileSystemPromise } from './stamps.js';

/** What a look needs to know. `nowMs`: a moment before it. */
export interface Looking {
  readonly root: RunsRoot;
  readonly promise: FileSystemPromise;
  readonly nowMs: number;
}

const quiet = { throwIfNoEntry: false } as const;
const ownUser = process.getuid?.();
const readableByOwner = 0o500;

/**
 * Looks at the folder of a row and notes what it is: with one question to the file system where it has a final model and did
 * not change, with two where it has checkpoints alone. Returns whether anything was noted. Throws what the file system says.
 */
export function lookAt(table: FolderTable, row: number, looking: Looking): boolean {
  const { stamps, marks } = table;
  const path = table.paths[row] ?? '';
  const before = marks[row] ?? 0;
  const stats = statSync(path, quiet);
  if (!isFolder(stats)) {
    marks[row] = 0;
    return before !== 0;
  }
  const { root, promise, nowMs } = looking;
  const same = (before & Mark.proves) !== 0 && hasStamp(stamps, row * rowSize, stats);
  const kept = same && (before & Mark.finalLasts) !== 0;
  if (kept && (before & Mark.hasFinal) !== 0) return false;
  const final = kept ? Mark.finalLasts : finalOf(`${path}/${root.finalModel}`, root);
  const checkpoints = (final & Mark.hasFinal) === 0 ? lookAtCheckpoints(table, row, looking) : 0;
  const proof = same || proves(stats, promise, nowMs) ? Mark.proves : 0;
  writeStamp(stamps, row * rowSize, stats);
  marks[row] = proof | final | checkpoints;
  return !same || marks[row] !== before;
}

function finalOf(path: string, { finalModel }: RunsRoot): number {
  const stats = unlessGone(lstatQuietly, path);
  const direct = !finalModel.includes('/') && stats?.isSymbolicLink() !== true;
  if (direct) return Mark.finalLasts | (isFolder(stats) ? Mark.hasFinal : 0);
  return isFolder(unlessGone(statQuietly, path)) ? Mark.hasFinal : 0;
}

function lookAtCheckpoints({ paths, stamps, marks }: FolderTable, row: number, looking: Looking): number {
  const path = `${paths[row]}/${looking.root.checkpoints}`;
  const stats = unlessGone(statQuietly, path);
  if (!isFolder(stats)) return 0;
  const at = row * rowSize + stampSize;
  const before = marks[row] ?? 0;
  const known = before & (Mark.checkpointsProve | Mark.hasCheckpoints);
  if ((known & Mark.checkpointsProve) !== 0 && hasStamp(stamps, at, stats)) return known;
  const { promise, nowMs } = looking;
  writeStamp(stamps, at, stats);
  return (
    (proves(stats, promise, nowMs) ? Mark.checkpointsProve : 0) |
    (isCounted(stats, promise) || isFilled(path) ? Mark.hasCheckpoints : 0)
  );
}

/** Whether the link count says that there are folders in it. One that may not be read is to be found out by reading. */
function isCounted({ dev, nlink, uid, mode }: Stats, promise: FileSystemPromise): boolean {
  const readable = uid === ownUser && (mode & readableByOwner) === readableByOwner;
  return promise.countsFolders && dev === promise.dev && nlink > 2 && readable;
}

function isFilled(path: string): boolean {
  return (unlessGone(namesIn, path) ?? []).length > 0;
}

/** `isDirectory()` of thousands of them takes a tenth of the time. */
function isFolder(stats: Stats | undefined): stats is Stats {
  return stats !== undefined && (stats.mode & constants.S_IFMT) === constants.S_IFDIR;
}

const lstatQuietly = (path: string): Stats | undefined => lstatSync(path, quiet);
const statQuietly = (path: string): Stats | undefined => statSync(path, quiet);
const namesIn = (path: string): readonly string[] => readdirSync(path);

/** Undefined for what is not there, a link into nothing, and what lies in no folder. */
function unlessGone<T>(look: (path: string) => T, path: string): T | undefined {
  try {
    return look(path);
  } catch (error) {
    if (!isGone(error)) throw error;
    return undefined;
  }
}

/** The trainer's own folder changes for other reasons than a run: what the run wrote tells its age. Always read anew. */
export function lookAtSingle({ dir, finalModel, checkpoints }: RunsRoot): RunLook | undefined {
  const final = unlessGone(statQuietly, `${dir}/${finalModel}`);
  const folder = unlessGone(statQuietly, `${dir}/${checkpoints}`);
  const hasFinalModel = final?.isDirectory() === true;
  if (!hasFinalModel && !isFilled(`${dir}/${checkpoints}`)) return undefined;
  return { modifiedMs: Math.max(final?.mtimeMs ?? 0, folder?.mtimeMs ?? 0), hasFinalModel };
}

import { lstatSync, readdirSync, statSync, type Stats } from 'node:fs';
import { isGone } from '../../toolset/runs.js';
import type { RunsRoot } from './protocol.js';
import { stampOf, unchanged, type FileSystemPromise, type Stamp } from './stamps.js';

/** What is told of a run. */
export interface RunLook {
  readonly modifiedMs: number;
  readonly hasFinalModel: boolean;
}

/** A folder below the root as it was last looked at. */
export interface Known {
  readonly stamp: Stamp;
  readonly final: Final;
  readonly checkpoints?: { readonly stamp: Stamp; readonly filled: boolean };
  /** Absent: it is no run. */
  readonly run?: RunLook;
}

interface Final {
  readonly there: boolean;
  /** Holds for as long as the run's folder is unchanged: what a link leads to goes without a trace in it. */
  readonly lasting: boolean;
}

/** What a look needs to know. `nowMs`: a moment before it. */
export interface Looking {
  readonly root: RunsRoot;
  readonly promise: FileSystemPromise;
  readonly nowMs: number;
}

const quiet = { throwIfNoEntry: false } as const;
const readableByOwner = 0o500;

/**
 * Looks at one folder, with one question to the file system where it is a run that was known and did not change. Undefined:
 * it is no folder. Throws what the file system says.
 */
export function lookAt(path: string, before: Known | undefined, looking: Looking): Known | undefined {
  const { root, promise, nowMs } = looking;
  const stats = statSync(path, quiet);
  if (stats?.isDirectory() !== true) return undefined;
  const same = before !== undefined && unchanged(before.stamp, stats);
  const kept = same && before.final.lasting ? before.final : undefined;
  if (kept?.there === true) return before;
  const final = kept ?? finalOf(path, root.finalModel);
  const stamp = same ? before.stamp : stampOf(stats, promise, nowMs);
  const modifiedMs = stats.mtimeMs;
  if (final.there) return { stamp, final, run: { modifiedMs, hasFinalModel: true } };
  const checkpoints = checkpointsOf(`${path}/${root.checkpoints}`, before?.checkpoints, looking);
  return {
    stamp,
    final,
    ...(checkpoints && { checkpoints }),
    ...(checkpoints?.filled === true && { run: { modifiedMs, hasFinalModel: false } }),
  };
}

function finalOf(path: string, name: string): Final {
  const stats = unlessGone(() => lstatSync(`${path}/${name}`, quiet));
  const direct = !name.includes('/') && stats?.isSymbolicLink() !== true;
  if (direct) return { there: stats?.isDirectory() === true, lasting: true };
  return {
    there: unlessGone(() => statSync(`${path}/${name}`, quiet))?.isDirectory() === true,
    lasting: false,
  };
}

function checkpointsOf(path: string, before: Known['checkpoints'], looking: Looking): Known['checkpoints'] {
  const stats = unlessGone(() => statSync(path, quiet));
  if (stats?.isDirectory() !== true) return undefined;
  if (before && unchanged(before.stamp, stats)) return before;
  const { promise, nowMs } = looking;
  return {
    stamp: stampOf(stats, promise, nowMs),
    filled: isCounted(stats, promise) || (unlessGone(() => readdirSync(path)) ?? []).length > 0,
  };
}

/** Whether the link count says that there are folders in it. One that may not be read is to be found out by reading. */
function isCounted({ dev, nlink, uid, mode }: Stats, promise: FileSystemPromise): boolean {
  const readable = uid === process.getuid?.() && (mode & readableByOwner) === readableByOwner;
  return promise.countsFolders && dev === promise.dev && nlink > 2 && readable;
}

/** Undefined for what is not there, a link into nothing, and what lies in no folder. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (!isGone(error)) throw error;
    return undefined;
  }
}

/** The trainer's own folder changes for other reasons than a run: what the run wrote tells its age. Always read anew. */
export function lookAtSingle({ dir, finalModel, checkpoints }: RunsRoot): RunLook | undefined {
  const final = unlessGone(() => statSync(`${dir}/${finalModel}`, quiet));
  const folder = unlessGone(() => statSync(`${dir}/${checkpoints}`, quiet));
  const hasFinalModel = final?.isDirectory() === true;
  const filled = hasFinalModel || (unlessGone(() => readdirSync(`${dir}/${checkpoints}`)) ?? []).length > 0;
  if (!filled) return undefined;
  return { modifiedMs: Math.max(final?.mtimeMs ?? 0, folder?.mtimeMs ?? 0), hasFinalModel };
}

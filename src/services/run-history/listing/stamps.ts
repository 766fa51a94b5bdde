import { statfsSync, statSync, type Stats } from 'node:fs';

/** What tells whether a folder holds the entries that it held. */
export interface Stamp {
  readonly dev: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  /** Whether the same stamp, seen again, proves that nothing was added, removed or renamed since. */
  readonly proves: boolean;
}

/** What the file system of a root keeps to. */
export interface FileSystemPromise {
  readonly dev: number;
  /** Adding, removing and renaming entries changes a folder's times (POSIX says so; FAT and some network shares do not). */
  readonly stampsFolders: boolean;
  /** A folder's link count is two and one for each folder in it. */
  readonly countsFolders: boolean;
}

/** `f_type` of statfs(2), from Linux's `linux/magic.h`. A file system that is not here is read anew each time. */
const stampsFolders: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x01021994, 0x9123683e, 0x794c7630, 0xf2f52010, 0x2fc12fc1,
]);
/** ext2 to ext4, XFS, tmpfs. (btrfs and overlayfs say 1; ext4 too, beyond 65,000 folders.) */
const countsFolders: ReadonlySet<number> = new Set([0xef53, 0x58465342, 0x01021994]);

/**
 * Times move in steps: 4 to 10 ms on Linux, 2 s at the coarsest (FAT). A change within the step in which a folder was read
 * leaves no trace, so only a folder that had rested for longer than this is known by its stamp.
 */
const restedMs = 2_500;

/** Throws what the file system says. */
export function promiseOf(dir: string): FileSystemPromise {
  const { type } = statfsSync(dir);
  const { dev } = statSync(dir);
  return { dev, stampsFolders: stampsFolders.has(type), countsFolders: countsFolders.has(type) };
}

/** `nowMs`: before the folder was looked at. A folder of another file system than its root's (a mount, a link) proves nothing. */
export function stampOf(stats: Stats, promise: FileSystemPromise, nowMs: number): Stamp {
  const { dev, ino, mtimeMs, ctimeMs } = stats;
  const proves =
    promise.stampsFolders && dev === promise.dev && Math.max(mtimeMs, ctimeMs) < nowMs - restedMs;
  return { dev, ino, mtimeMs, ctimeMs, proves };
}

/** Whether a folder is proved to hold what it held when the stamp was taken. */
export function unchanged(stamp: Stamp | undefined, stats: Stats): boolean {
  return (
    stamp !== undefined &&
    stamp.proves &&
    stamp.ctimeMs === stats.ctimeMs &&
    stamp.mtimeMs === stats.mtimeMs &&
    stamp.ino === stats.ino &&
    stamp.dev === stats.dev
  );
}

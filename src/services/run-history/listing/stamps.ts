import { statfsSync, statSync, type Stats } from 'node:fs';

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

/**
 * Whether these times, seen again, will prove that nothing was added, removed or renamed since. `nowMs`: before the folder was
 * looked at. A folder of another file system than its root's (a mount, a link) proves nothing.
 */
export function proves({ dev, mtimeMs, ctimeMs }: Stats, promise: FileSystemPromise, nowMs: number): boolean {
  return promise.stampsFolders && dev === promise.dev && Math.max(mtimeMs, ctimeMs) < nowMs - restedMs;
}

/** Numbers of a stamp, which tells whether a folder holds the entries that it held. */
export const stampSize = 4;

export function writeStamp(stamps: Float64Array, at: number, { ctimeMs, mtimeMs, ino, dev }: Stats): void {
  stamps[at] = ctimeMs;
  stamps[at + 1] = mtimeMs;
  stamps[at + 2] = ino;
  stamps[at + 3] = dev;
}

export function hasStamp(stamps: Float64Array, at: number, { ctimeMs, mtimeMs, ino, dev }: Stats): boolean {
  return (
    stamps[at] === ctimeMs && stamps[at + 1] === mtimeMs && stamps[at + 2] === ino && stamps[at + 3] === dev
  );
}

import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Free to a user without privileges, on the disk of the folder or of the nearest one above that exists. */
export async function readFreeBytes(folder: string): Promise<number | undefined> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      if (path === dirname(path)) return undefined;
    }
  }
}

/** `8.3 GB`, `140 GB`. */
export function gigabytes(bytes: number): string {
  const value = bytes / 1e9;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} GB`;
}

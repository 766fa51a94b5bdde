import { readdir, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskReading } from '../../domain/sentinel/rule.js';
import type { RunLayout } from '../../domain/train-plan.js';
import { listCheckpoints } from '../toolset/checkpoints.js';

/**
 * Room on the disk of a run, and what its next checkpoint takes: as much as the largest one so far, since an older one
 * is only removed after the new one is written. Undefined before the first checkpoint, or where nothing can be read.
 */
export async function readDisk(runPath: string, layout: RunLayout): Promise<DiskReading | undefined> {
  const checkpoints = await listCheckpoints({ path: runPath }, layout);
  const sizes = await Promise.all(checkpoints.map(({ path }) => sizeOf(path)));
  const nextCheckpointBytes = Math.max(0, ...sizes);
  if (nextCheckpointBytes === 0) return undefined;
  try {
    const { bavail, bsize } = await statfs(runPath);
    return { freeBytes: bavail * bsize, nextCheckpointBytes };
  } catch {
    return undefined;
  }
}

/** Bytes of a file or of the files in a folder; 0 for what vanished meanwhile. */
async function sizeOf(path: string): Promise<number> {
  try {
    const entry = await stat(path);
    if (!entry.isDirectory()) return entry.size;
    const names = await readdir(path);
    const sizes = await Promise.all(names.map((name) => sizeOf(join(path, name))));
    return sizes.reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}

import { stat } from 'node:fs/promises';
import type { DatasetShape } from './dataset-shape.js';
import { readDataset, type DatasetReport } from './read-dataset.js';

/** Reads datasets, each once as long as it stays what it was. */
export type DatasetReader = (path: string, shape: DatasetShape) => Promise<DatasetReport>;

/** How many reports are kept; each is a few hundred bytes. */
const maxKept = 200;

/**
 * Keeps reports by path, inode, size and time. Asked twice at once for the same, it reads once. A file that changes while
 * it is read is reported as read and not kept.
 */
export function createDatasetReader(): DatasetReader {
  const kept = new Map<string, Promise<DatasetReport>>();

  return async (path, shape) => {
    const key = await keyOf(path, shape);
    const known = kept.get(key);
    if (known) return await known;
    const reading = readDataset(path, shape);
    kept.set(key, reading);
    const oldest = kept.keys().next();
    if (kept.size > maxKept && oldest.done !== true) kept.delete(oldest.value);
    try {
      const report = await reading;
      if ((await keyOf(path, shape)) !== key) kept.delete(key);
      return report;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  };
}

async function keyOf(path: string, shape: DatasetShape): Promise<string> {
  const { ino, size, mtimeMs } = await stat(path);
  return [shape, ino, size, mtimeMs, path].join('\0');
}

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import type { HashTask, HashWord } from './hash-task.js';

// Hashes files of many GB in a thread of its own, once; see hash-files.

const pieceBytes = 1024 * 1024;
/** A message redraws its bar no more often. */
const tellEveryMs = 200;

const piece = Buffer.allocUnsafe(pieceBytes);
let doneBytes = 0;
let toldAt = 0;

function tell(word: HashWord): void {
  parentPort?.postMessage(word, []);
}

function hashFile({ file, as, sizeBytes }: HashTask, index: number): string {
  const hash = createHash(as === 'sha256' ? 'sha256' : 'sha1');
  if (as === 'blob') hash.update(`blob ${sizeBytes}\0`);
  const handle = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(handle, piece, 0, pieceBytes, null);
      if (length === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, length));
      doneBytes += length;
      const now = performance.now();
      if (now - toldAt < tellEveryMs) continue;
      toldAt = now;
      tell({ doneBytes, index });
    }
  } finally {
    closeSync(handle);
  }
}

parentPort?.on('message', (tasks: readonly HashTask[]) => {
  try {
    tell({ hashes: tasks.map(hashFile) });
  } catch (error) {
    tell({ error });
  }
});

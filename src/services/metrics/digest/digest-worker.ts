import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { foldBytes, pieceBytes, startFold } from './fold-bytes.js';
import { slackBytes } from './line-scanner.js';
import type { ReadResult, ReadTask } from './read-task.js';

// Reads the logs that are too long for the event loop: a thread of its own, which answers one task after another.

const bytes = Buffer.allocUnsafeSlow(pieceBytes + slackBytes);

function read({ path, from, to, digest, options, log, skipping }: ReadTask): ReadResult {
  const fold = startFold(digest, options, { log, offset: from, skipping });
  const file = openSync(path, 'r');
  try {
    while (fold.offset < to) {
      const length = readSync(file, bytes, 0, Math.min(pieceBytes, to - fold.offset), fold.offset);
      if (length === 0 || foldBytes(fold, bytes, length) === 0) break;
    }
  } finally {
    closeSync(file);
  }
  return { digest: fold.digest, offset: fold.offset, skipping: fold.skipping };
}

parentPort?.on('message', (task: ReadTask) => {
  try {
    parentPort?.postMessage({ result: read(task) }, []);
  } catch (error) {
    parentPort?.postMessage({ error }, []);
  }
});

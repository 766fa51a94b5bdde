import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { findEntries } from './entries-at.js';
import { foldRoom, startFold } from './fold-bytes.js';
import { createLineMatcher, roomBytes } from './line-matcher.js';
import type { ReaderAnswer, ReaderTask, ReadResult, ReadTask } from './read-task.js';

// Reads the logs that are too long for the event loop: a thread of its own, which answers one task after another.

const matcher = createLineMatcher(workerData);

function read({ path, from, to, digest, options, log, skipping }: ReadTask): ReadResult {
  const fold = startFold(digest, options, { log, offset: from, skipping }, matcher);
  const file = openSync(path, 'r');
  try {
    while (fold.offset < to) {
      const length = readSync(file, matcher.room, 0, Math.min(roomBytes, to - fold.offset), fold.offset);
      if (length === 0 || foldRoom(fold, length) === 0) break;
    }
  } finally {
    closeSync(file);
  }
  return { digest: fold.digest, offset: fold.offset, skipping: fold.skipping };
}

async function answer(task: ReaderTask): Promise<ReaderAnswer> {
  try {
    return task.kind === 'read'
      ? { read: read(task.task) }
      : { found: await findEntries(task.task, matcher) };
  } catch (error) {
    return { error };
  }
}

parentPort?.on('message', (task: ReaderTask) => {
  void answer(task).then((answered) => parentPort?.postMessage(answered, []));
});

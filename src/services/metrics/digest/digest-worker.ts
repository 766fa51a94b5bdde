import { closeSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { foldRoom, startFold } from './fold-bytes.js';
import { createLineMatcher, roomBytes } from './line-matcher.js';
import type { LineMatcher } from './line-matcher.js';
import type { AskedOfReader, ReaderAnswer, ReadResult, ReadTask } from './read-task.js';

// Reads the logs that are too long for the event loop: a thread of its own, which answers one task after another.

let made: LineMatcher | undefined;

function read(
  { path, from, to, digest, options, log, skipping }: ReadTask,
  matcher: LineMatcher,
): ReadResult {
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

async function answer({ task, module }: AskedOfReader): Promise<ReaderAnswer> {
  try {
    const matcher = (made ??= createLineMatcher(module));
    if (task.kind === 'read') return { read: read(task.task, matcher) };
    // Not loaded before the first answer, which is always of reading: somebody waits for it.
    const { findEntries } = await import('./entries-at.js');
    return { found: await findEntries(task.task, matcher) };
  } catch (error) {
    return { error };
  }
}

parentPort?.on('message', (asked: AskedOfReader) => {
  void answer(asked).then((answered) => {
    parentPort?.postMessage(answered, []);
    // What is asked next is mostly to find entries.
    void import('./entries-at.js');
  });
});

import { maxLineBytes } from '../../../domain/metric-line.js';
import { absorbDigest, createDigest } from './digest.js';
import type { DigestReaders } from './digest-readers.js';
import { foldRoom, startFold } from './fold-bytes.js';
import type { LineMatcher } from './line-matcher.js';
import { readBytes, withFile } from './read-bytes.js';
import type { ReadResult, ReadTask } from './read-task.js';

/** As much is read and worked in at once on the event loop (bytes): 1 ms, or 4 ms for lines of no common form. */
export const inlineBytes = 256 * 1024;
/** From this on a part is read in two halves side by side (bytes). */
const splitBytes = 8 * 1024 * 1024;

/** What reads: threads, and what this thread reads with. */
export interface Reading {
  readonly readers: DigestReaders;
  readonly matcher: () => LineMatcher;
}

/**
 * Works a part of a log into its digest: a little on the event loop, more in a thread, much in two. The digest given must
 * not be used afterwards. Throws what the file system says.
 */
export async function readLog(task: ReadTask, { readers, matcher }: Reading): Promise<ReadResult> {
  const size = task.to - task.from;
  if (size <= inlineBytes) return readHere(task, matcher());
  const apart = size >= splitBytes && task.options.format.kind === 'flat' && !task.options.restartsOnStepDrop;
  const cut = apart ? await findLineStart(task.path, task.from + Math.floor(size / 2)) : undefined;
  return cut === undefined ? readers.read(task) : readHalves(task, cut, readers);
}

async function readHere(task: ReadTask, matcher: LineMatcher): Promise<ReadResult> {
  const bytes = await withFile(task.path, (file) => readBytes(file, task.from, task.to - task.from));
  // From here on nothing waits: the matcher is everybody's on this thread.
  const { log, from: offset, skipping } = task;
  const fold = startFold(task.digest, task.options, { log, offset, skipping }, matcher);
  let at = 0;
  for (let used = -1; used !== 0 && at < bytes.length; at += used) {
    used = foldRoom(fold, bytes.copy(matcher.room, 0, at));
  }
  return { digest: fold.digest, offset: fold.offset, skipping: fold.skipping };
}

async function readHalves(task: ReadTask, cut: number, readers: DigestReaders): Promise<ReadResult> {
  const rest = { ...task, from: cut, skipping: false };
  const [first, second] = await Promise.all([
    readers.read({ ...task, to: cut }),
    readers.read({ ...rest, digest: createDigest(task.options.columns) }),
  ]);
  const { digest } = first;
  return absorbDigest(digest, second.digest) ? { ...second, digest } : readers.read({ ...rest, digest });
}

/** Where the first line begins after a byte of a log; undefined where its lines are too long to tell. */
async function findLineStart(path: string, near: number): Promise<number | undefined> {
  const bytes = await withFile(path, (file) => readBytes(file, near, maxLineBytes));
  const end = bytes.indexOf(0x0a);
  return end === -1 ? undefined : near + end + 1;
}

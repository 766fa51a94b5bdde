import { maxLineBytes } from '../../../domain/metric-line.js';
import { absorbDigest, createDigest } from './digest.js';
import type { DigestReaders } from './digest-readers.js';
import { foldBytes, startFold } from './fold-bytes.js';
import { slackBytes } from './line-scanner.js';
import { readBytes, withFile } from './read-bytes.js';
import type { ReadResult, ReadTask } from './read-task.js';

/** As much is read and worked in at once on the event loop (bytes): 1 ms, or 4 ms for lines of no common form. */
export const inlineBytes = 256 * 1024;
/** From this on a part is read in two halves side by side (bytes). */
const splitBytes = 8 * 1024 * 1024;

/**
 * Works a part of a log into its digest: a little on the event loop, more in a thread, much in two. The digest given must
 * not be used afterwards. Throws what the file system says.
 */
export async function readLog(task: ReadTask, readers: DigestReaders): Promise<ReadResult> {
  const size = task.to - task.from;
  if (size <= inlineBytes) return readHere(task);
  const apart = size >= splitBytes && task.options.format.kind === 'flat' && !task.options.restartsOnStepDrop;
  const cut = apart ? await findLineStart(task.path, task.from + Math.floor(size / 2)) : undefined;
  return cut === undefined ? readers.read(task) : readHalves(task, cut, readers);
}

async function readHere(task: ReadTask): Promise<ReadResult> {
  const fold = startFold(task.digest, task.options, {
    log: task.log,
    offset: task.from,
    skipping: task.skipping,
  });
  const bytes = await withFile(task.path, (file) => readBytes(file, task.from, task.to - task.from));
  let at = 0;
  for (let used = -1; used !== 0 && at < bytes.length - slackBytes; at += used) {
    used = foldBytes(fold, bytes.subarray(at), bytes.length - slackBytes - at);
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
  const end = bytes.subarray(0, -slackBytes).indexOf(0x0a);
  return end === -1 ? undefined : near + end + 1;
}

import { maxLineBytes } from '../../../domain/metric-line.js';
import type { LogFormat } from '../../../domain/metrics.js';
import { addEntry, createDigest } from './digest.js';
import type { Digest } from './digest.js';
import { createLineScanner } from './line-scanner.js';
import type { LineScanner } from './line-scanner.js';

const newline = 0x0a;

/** Bytes read from a log at once: more than the longest line. */
export const pieceBytes = 512 * 1024;

/** How the logs of a run are read. */
export interface FoldOptions {
  readonly format: LogFormat;
  /** The keys whose curves are kept. */
  readonly columns: readonly string[];
  /** An entry whose step is lower than the one before it begins another run; what came before counts no more. */
  readonly restartsOnStepDrop: boolean;
}

/** One log, from some byte on, being worked into a digest. */
export interface Fold {
  digest: Digest;
  /** The next byte of the log. */
  offset: number;
  /** Inside a line that is longer than allowed: passed over up to its end. */
  skipping: boolean;
  readonly log: number;
  readonly options: FoldOptions;
  readonly scanner: LineScanner;
}

export function startFold(
  digest: Digest,
  options: FoldOptions,
  at: { readonly log: number; readonly offset: number; readonly skipping: boolean },
): Fold {
  return { digest, ...at, options, scanner: createLineScanner(options.format, options.columns) };
}

/**
 * Works bytes of a log, which stand at `fold.offset` there, into the digest; moves the offset behind what was used and returns how
 * much that was: 0 where only the beginning of a line is there, which waits for its end. `bytes` goes on `slackBytes`
 * beyond `length`.
 */
export function foldBytes(fold: Fold, bytes: Buffer, length: number): number {
  const used = fold.skipping ? skipLine(fold, bytes, length) : foldLines(fold, bytes, length);
  fold.offset += used;
  return used;
}

function skipLine(fold: Fold, bytes: Buffer, length: number): number {
  const end = bytes.indexOf(newline);
  if (end === -1 || end >= length) return length;
  fold.skipping = false;
  fold.digest.unreadableLines += 1;
  return end + 1;
}

function foldLines(fold: Fold, bytes: Buffer, length: number): number {
  const to = length === 0 ? 0 : bytes.lastIndexOf(newline, length - 1) + 1;
  if (to === 0) {
    fold.skipping = length > maxLineBytes;
    return fold.skipping ? length : 0;
  }
  const { scanner, log, offset, options } = fold;
  scanner.scan(bytes, to, {
    entry(entry, start, end) {
      const dropped = entry.kind !== 'summary' && entry.step < fold.digest.lastStep;
      if (options.restartsOnStepDrop && dropped) fold.digest = createDigest(options.columns);
      addEntry(fold.digest, entry, log, offset + start, offset + end);
    },
    unreadable() {
      fold.digest.unreadableLines += 1;
    },
  });
  return to;
}

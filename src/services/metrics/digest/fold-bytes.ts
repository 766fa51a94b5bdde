import { maxLineBytes } from '../../../domain/metric-line.js';
import type { LogFormat } from '../../../domain/metrics.js';
import { addEntry, createDigest } from './digest.js';
import type { Digest } from './digest.js';
import type { LineMatcher } from './line-matcher.js';
import { createLineScanner } from './line-scanner.js';
import type { LineScanner, LinesFound } from './line-scanner.js';

const newline = 0x0a;

/** How the logs of a run are read. */
export interface FoldOptions {
  readonly format: LogFormat;
  /** The keys whose curves are kept. */
  readonly columns: readonly string[];
  /** An entry whose step is lower than the one before it begins another run; what came before counts no more. */
  readonly restartsOnStepDrop: boolean;
}

/** One log, read from some byte on. */
export interface Fold {
  /** The next byte of the log. */
  offset: number;
  /** Inside a line that is longer than allowed: passed over up to its end. */
  skipping: boolean;
  readonly scanner: LineScanner;
  /** Is told where lines stand in the log. */
  readonly found: LinesFound;
}

/** One log being worked into a digest. */
export interface DigestFold extends Fold {
  digest: Digest;
}

export function startFold(
  digest: Digest,
  options: FoldOptions,
  at: { readonly log: number; readonly offset: number; readonly skipping: boolean },
  matcher: LineMatcher,
): DigestFold {
  const fold: DigestFold = {
    digest,
    offset: at.offset,
    skipping: at.skipping,
    scanner: createLineScanner(options.format, options.columns, matcher),
    found: {
      entry(entry, start, end) {
        const dropped = entry.kind !== 'summary' && entry.step < fold.digest.lastStep;
        if (options.restartsOnStepDrop && dropped) fold.digest = createDigest(options.columns);
        addEntry(fold.digest, entry, at.log, start, end);
      },
      unreadable() {
        fold.digest.unreadableLines += 1;
      },
    },
  };
  return fold;
}

/**
 * Works through the first `length` bytes of the scanner's room, which stand at `fold.offset` in the log; moves the offset behind what was
 * used and returns how much that was: 0 where only the beginning of a line is there, which waits for its end.
 */
export function foldRoom(fold: Fold, length: number): number {
  const used = fold.skipping ? skipLine(fold, length) : foldLines(fold, length);
  fold.offset += used;
  return used;
}

function skipLine(fold: Fold, length: number): number {
  const end = fold.scanner.room.indexOf(newline);
  if (end === -1 || end >= length) return length;
  fold.skipping = false;
  fold.found.unreadable();
  return end + 1;
}

function foldLines(fold: Fold, length: number): number {
  const { scanner, found, offset } = fold;
  const to = length === 0 ? 0 : scanner.room.lastIndexOf(newline, length - 1) + 1;
  if (to === 0) {
    fold.skipping = length > maxLineBytes;
    return fold.skipping ? length : 0;
  }
  scanner.scan(to, {
    entry: (entry, start, end) => found.entry(entry, offset + start, offset + end),
    unreadable: () => found.unreadable(),
  });
  return to;
}

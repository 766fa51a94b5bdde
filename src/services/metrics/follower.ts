import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { maxLineBytes, readMetricLine } from '../../domain/metric-line.js';
import type { LogFormat, MetricEntry } from '../../domain/metrics.js';
import { findLogs } from './find-logs.js';
import type { LogFile, LogLocation } from './find-logs.js';

/** How much is read and parsed at once, bytes: about a thousand lines, 2 to 4 ms of the event loop. */
const pieceBytes = 256 * 1024;
const newline = 0x0a;

/** What a look at a running job's logs brought. */
export interface FollowedMetrics {
  /** Every new entry, in the order of the log. */
  readonly entries: readonly MetricEntry[];
  /** Whole lines that were not readable, of the new ones. */
  readonly unreadableLines: number;
  /**
   * A log was cut or replaced, or a new run began in it (`restartsOnStepDrop`): entries of earlier looks no longer
   * count, and `entries` begins anew.
   */
  readonly restarted: boolean;
}

export interface MetricsFollower {
  /**
   * Reads what is new since the last look. A half-written last line waits for its end. Logs that are not there yet are
   * empty ones. Looks never overlap: a second call waits for the first. Throws what the file system says.
   */
  poll(): Promise<FollowedMetrics>;
}

export interface FollowOptions {
  readonly location: LogLocation;
  readonly format: LogFormat;
  /** The log is appended over all runs (mlx): an entry whose step is lower than the one before it begins another run. */
  readonly restartsOnStepDrop?: boolean;
  /**
   * Bytes of a log, by its path, that belong to an earlier run and are passed over, e.g. its size when the job began. A log
   * that is shorter than that is read from its beginning.
   */
  readonly startOffsets?: ReadonlyMap<string, number>;
  /**
   * Of a log that was never looked at, no more than its last part of this size is read (bytes; default: all of it). What was
   * passed over is not in `entries`.
   */
  readonly backlogBytes?: number;
}

/** A log that is being followed. */
interface Followed {
  readonly identity: string;
  offset: number;
  /** Bytes of the last, unfinished line. */
  rest: Buffer;
  /** Inside a line that is longer than allowed, or was entered in its middle: dropped up to its end. */
  skipping: 'no' | 'too-long' | 'cut';
}

interface Gathered {
  entries: MetricEntry[];
  unreadableLines: number;
  restarted: boolean;
}

/** Follows the logs of a running job, giving every entry once. */
export function createMetricsFollower(options: FollowOptions): MetricsFollower {
  const followed = new Map<string, Followed>();
  let lastStep = -1;
  let current: Promise<unknown> = Promise.resolve();

  async function look(): Promise<FollowedMetrics> {
    const gathered: Gathered = { entries: [], unreadableLines: 0, restarted: false };
    for (const file of await findLogs(options.location)) await readNew(file, gathered);
    return gathered;
  }

  async function readNew(file: LogFile, gathered: Gathered): Promise<void> {
    let log = followed.get(file.path);
    if (log && (log.identity !== file.identity || file.sizeBytes < log.offset)) {
      restart(gathered);
      log = { identity: file.identity, offset: 0, rest: Buffer.alloc(0), skipping: 'no' };
    }
    log ??= enter(file, options);
    followed.set(file.path, log);
    if (file.sizeBytes > log.offset) await readTo(file, log, gathered);
  }

  async function readTo(file: LogFile, log: Followed, gathered: Gathered): Promise<void> {
    const handle = await open(file.path, 'r');
    try {
      while (log.offset < file.sizeBytes) {
        const piece = await readPiece(handle, log.offset, Math.min(pieceBytes, file.sizeBytes - log.offset));
        if (piece.length === 0) return;
        log.offset += piece.length;
        for (const line of cutLines(log, piece)) take(line, gathered);
      }
    } finally {
      await handle.close();
    }
  }

  function take(line: string | undefined, gathered: Gathered): void {
    const read = line === undefined ? undefined : readMetricLine(line, options.format);
    if (!read || read.kind === 'unreadable') gathered.unreadableLines += 1;
    if (read?.kind !== 'entry') return;
    if (read.entry.kind !== 'summary') {
      if (options.restartsOnStepDrop === true && read.entry.step < lastStep) restart(gathered);
      lastStep = read.entry.step;
    }
    gathered.entries.push(read.entry);
  }

  function restart(gathered: Gathered): void {
    gathered.entries = [];
    gathered.unreadableLines = 0;
    gathered.restarted = true;
    lastStep = -1;
  }

  return {
    poll() {
      const next = current.then(look);
      current = next.catch(() => undefined);
      return next;
    },
  };
}

/** Where reading a log begins that was never looked at. */
function enter(file: LogFile, { startOffsets, backlogBytes = Infinity }: FollowOptions): Followed {
  const own = startOffsets?.get(file.path) ?? 0;
  const start = own <= file.sizeBytes ? own : 0;
  const recent = file.sizeBytes - backlogBytes;
  // One byte before: when that is a line end, the line after it is whole and must not be dropped.
  const offset = recent > start ? recent - 1 : start;
  const skipping = recent > start ? 'cut' : 'no';
  return { identity: file.identity, offset, rest: Buffer.alloc(0), skipping };
}

async function readPiece(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, offset);
  return buffer.subarray(0, bytesRead);
}

/** Whole lines as text, undefined for one that is too long; what follows the last line end is kept in `log.rest`. */
function* cutLines(log: Followed, piece: Buffer): Generator<string | undefined> {
  const bytes = log.rest.length > 0 ? Buffer.concat([log.rest, piece]) : piece;
  let from = 0;
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, from)) {
    if (log.skipping === 'too-long' || (log.skipping === 'no' && end - from > maxLineBytes)) yield undefined;
    else if (log.skipping === 'no') yield bytes.toString('utf8', from, end);
    log.skipping = 'no';
    from = end + 1;
  }
  log.rest = Buffer.from(bytes.subarray(from));
  if (log.skipping !== 'no' || log.rest.length > maxLineBytes) {
    if (log.skipping === 'no') log.skipping = 'too-long';
    log.rest = Buffer.alloc(0);
  }
}

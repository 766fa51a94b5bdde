import { readMetricLine } from '../../../domain/metric-line.js';
import type { LogFormat, MetricEntry } from '../../../domain/metrics.js';
import type { Digest, Place } from './digest.js';
import { foldRoom } from './fold-bytes.js';
import type { Fold } from './fold-bytes.js';
import type { LineMatcher } from './line-matcher.js';
import { createLineScanner } from './line-scanner.js';
import type { LineScanner } from './line-scanner.js';
import { readBytes, withFile } from './read-bytes.js';
import { spansOf } from './spans.js';
import type { Span } from './spans.js';

/** The logs of a run by their index in the digest, and how they are written. */
export interface ReadLogs {
  readonly paths: readonly string[];
  readonly format: LogFormat;
}

/** Both ends are within. */
export type StepWindow = readonly [from: number, to: number];

/** Entries to be found again. */
export interface FindTask {
  readonly windows: readonly StepWindow[];
  /** Where they may stand, in the order of the logs. */
  readonly spans: readonly Span[];
  readonly logs: ReadLogs;
}

/** What has to be read to find the entries whose steps lie in any of the windows. */
export function planFind(windows: readonly StepWindow[], digest: Digest, logs: ReadLogs): FindTask {
  return { windows, spans: spansOf(digest.spans, windows), logs };
}

/** The entries, by ascending step; of entries of one kind and step the last. Throws what the file system says. */
export async function findEntries(task: FindTask, matcher: LineMatcher): Promise<readonly MetricEntry[]> {
  const { windows, spans, logs } = task;
  const scanner = createLineScanner(logs.format, [], matcher);
  const lines = new Map<string, string>();
  // In the order of the logs, so that the newest entry of a step is the one that stays.
  for (const [log, path] of logs.paths.entries()) {
    const own = spans.filter((span) => span.log === log);
    if (own.length === 0) continue;
    await withFile(path, async (file) => {
      for (const { start, end, minStep, maxStep } of own) {
        const bytes = await readBytes(file, start, end - start);
        const inSpan = windows.filter(([from, to]) => minStep <= to && maxStep >= from);
        gather(bytes, inSpan, scanner, lines);
      }
    });
  }
  return [...lines.values()].flatMap((line) => entryOf(line, logs.format)).sort((a, b) => a.step - b.step);
}

/** Nothing waits in here: the matcher is everybody's on this thread. */
function gather(
  bytes: Buffer,
  windows: readonly StepWindow[],
  scanner: LineScanner,
  lines: Map<string, string>,
): void {
  const fold: Fold = {
    offset: 0,
    skipping: false,
    scanner,
    found: {
      entry({ kind, step }, from, to) {
        if (kind === 'summary' || !windows.some(([low, high]) => step >= low && step <= high)) return;
        lines.set(`${kind} ${step}`, bytes.toString('utf8', from, to));
      },
      unreadable: () => undefined,
    },
  };
  // A log that was cut meanwhile ends in the middle of a line; the next look reads it anew.
  for (let used = -1; used !== 0 && fold.offset < bytes.length;) {
    used = foldRoom(fold, bytes.copy(scanner.room, 0, fold.offset));
  }
}

/** More than this between two places, and they are read one by one (bytes). */
const togetherBytes = 1024 * 1024;

/** The entries that stand at places of the logs, in that order. */
export async function entriesAt(
  places: readonly Place[],
  { paths, format }: ReadLogs,
): Promise<readonly MetricEntry[]> {
  const entries: MetricEntry[] = [];
  for (const [log, path] of paths.entries()) {
    const own = places.filter((place) => place[0] === log);
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) continue;
    const groups = last[2] - first[1] <= togetherBytes ? [own] : own.map((place) => [place]);
    await withFile(path, async (file) => {
      for (const group of groups) {
        const from = group[0]?.[1] ?? 0;
        const bytes = await readBytes(file, from, (group.at(-1)?.[2] ?? from) - from);
        for (const [, start, end] of group) {
          entries.push(...entryOf(bytes.toString('utf8', start - from, end - from), format));
        }
      }
    });
  }
  return entries;
}

function entryOf(line: string, format: LogFormat): readonly MetricEntry[] {
  const read = readMetricLine(line, format);
  return read.kind === 'entry' ? [read.entry] : [];
}

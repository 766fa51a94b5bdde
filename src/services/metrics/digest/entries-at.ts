import { readMetricLine } from '../../../domain/metric-line.js';
import type { LogFormat, MetricEntry } from '../../../domain/metrics.js';
import type { Digest, Place } from './digest.js';
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
  const wanted = new Set(windows.flatMap(([from, to]) => spansOf(digest.spans, from, to)));
  return { windows, spans: digest.spans.list.filter((span) => wanted.has(span)), logs };
}

/** The entries, by ascending step; of entries of one kind and step the last. Throws what the file system says. */
export async function findEntries({ windows, spans, logs }: FindTask): Promise<readonly MetricEntry[]> {
  const scanner = createLineScanner(logs.format, []);
  const lines = new Map<string, string>();
  // In the order of the logs, so that the newest entry of a step is the one that stays.
  for (const span of spans) {
    const inSpan = windows.filter(([from, to]) => span.minStep <= to && span.maxStep >= from);
    await gather(span, inSpan, logs, scanner, lines);
  }
  return [...lines.values()].flatMap((line) => entryOf(line, logs.format)).sort((a, b) => a.step - b.step);
}

async function gather(
  { log, start, end }: Span,
  windows: readonly StepWindow[],
  { paths }: ReadLogs,
  scanner: LineScanner,
  lines: Map<string, string>,
): Promise<void> {
  const path = paths[log];
  if (path === undefined) return;
  const bytes = await withFile(path, (file) => readBytes(file, start, end - start));
  // A log that was cut meanwhile ends in the middle of a line; the next look reads it anew.
  scanner.scan(bytes, bytes.lastIndexOf(0x0a, end - start - 1) + 1, {
    entry({ kind, step }, from, to) {
      if (kind === 'summary' || !windows.some(([low, high]) => step >= low && step <= high)) return;
      lines.set(`${kind} ${step}`, bytes.toString('utf8', from, to));
    },
    unreadable: () => undefined,
  });
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

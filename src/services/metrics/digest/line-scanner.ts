import { maxLineBytes, readMetricLine } from '../../../domain/metric-line.js';
import type { LogFormat, MetricEntry, MetricKind } from '../../../domain/metrics.js';
import { headFigures, roomAt } from './line-matcher.js';
import type { LineMatcher } from './line-matcher.js';
import { learnTemplate, maxColumns } from './line-template.js';
import type { LineTemplate } from './line-template.js';

/** What stands at a line, as the scanner gives it. The same object each time: what is kept must be copied. */
export interface ScannedEntry {
  kind: MetricKind;
  step: number;
  /** Bit `i`: the entry has the wanted column `i`; its value then stands in `values[i]`. */
  present: number;
  readonly values: Float64Array;
}

/** Reads the lines of one log. Holds the forms of lines that it has learnt. */
export interface LineScanner {
  /** Where the bytes to be scanned are put. */
  readonly room: Buffer;
  /** Reads the lines of the first `to` bytes of the room, which end with a line end, in order. */
  scan(to: number, found: LinesFound): void;
}

export interface LinesFound {
  /** The line stands in the room from `start` to `end`, its line end with it. */
  entry(entry: ScannedEntry, start: number, end: number): void;
  unreadable(): void;
}

const newline = 0x0a;
/** Forms of lines that take turns in one log: training, evaluation, and a variant or two. */
const maxTemplates = 4;

/**
 * A scanner for logs of a format. Most lines of a log have one form, so lines are compared with the forms learnt before, and only
 * the numbers that are wanted are made; a line of any other form is read by `readMetricLine`, with the same result.
 * `columns`: the keys that are wanted, at most 31. Of several scanners of one matcher, one at a time may be used.
 */
export function createLineScanner(
  format: LogFormat,
  columns: readonly string[],
  matcher: LineMatcher,
): LineScanner {
  if (columns.length > maxColumns)
    throw new RangeError(`At most ${maxColumns} columns, not ${columns.length}`);
  const { room } = matcher;
  const entry: ScannedEntry = {
    kind: 'training',
    step: 0,
    present: 0,
    values: new Float64Array(columns.length),
  };
  /** The form that fitted last comes first. */
  const templates: LineTemplate[] = [];

  /** Gives the lines from `at` on that have a form learnt before; returns where they end. */
  function takeMatching(at: number, to: number, found: LinesFound): number {
    for (const [index, template] of templates.entries()) {
      const count = matcher.match(template, at, to, columns.length);
      if (count === 0) continue;
      if (index > 0) templates.unshift(...templates.splice(index, 1));
      return takeMatched(template, count, found);
    }
    return at;
  }

  function takeMatched({ kind, present }: LineTemplate, count: number, found: LinesFound): number {
    const { records } = matcher;
    const stride = headFigures + columns.length;
    entry.kind = kind;
    entry.present = present;
    let end = 0;
    for (let at = 0; at < count * stride; at += stride) {
      const texts = records[at + 3] ?? 0;
      entry.step = records[at + 2] ?? 0;
      for (let index = 0; index < columns.length; index += 1) {
        const figure = records[at + headFigures + index] ?? 0;
        entry.values[index] = texts !== 0 && (texts & (1 << index)) !== 0 ? matcher.readText(figure) : figure;
      }
      end = (records[at + 1] ?? 0) - roomAt;
      found.entry(entry, (records[at] ?? 0) - roomAt, end);
    }
    return end;
  }

  /** Gives one line, by its full reading, and learns its form. */
  function takeSlowly(start: number, found: LinesFound): number {
    const end = room.indexOf(newline, start);
    const read =
      end - start > maxLineBytes ? undefined : readMetricLine(room.toString('utf8', start, end), format);
    if (!read || read.kind === 'unreadable') found.unreadable();
    if (read?.kind !== 'entry') return end + 1;
    if (format.kind === 'flat') learn(room.toString('latin1', start, end + 1), read.entry);
    copyEntry(read.entry, columns, entry);
    found.entry(entry, start, end + 1);
    return end + 1;
  }

  function learn(line: string, read: MetricEntry): void {
    const template = learnTemplate(line, read, columns);
    if (template) templates.unshift(template);
    if (templates.length > maxTemplates) templates.pop();
  }

  return {
    room,
    scan(to, found) {
      let at = 0;
      while (at < to) {
        const end = takeMatching(at, to, found);
        at = end > at ? end : takeSlowly(at, found);
      }
    },
  };
}

function copyEntry(read: MetricEntry, columns: readonly string[], entry: ScannedEntry): void {
  entry.kind = read.kind;
  entry.step = read.step;
  entry.present = 0;
  for (const [index, key] of columns.entries()) {
    const value = Object.hasOwn(read.values, key) ? read.values[key] : undefined;
    if (value === undefined) continue;
    entry.values[index] = value;
    entry.present |= 1 << index;
  }
}

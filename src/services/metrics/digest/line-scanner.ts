import { maxLineBytes, readMetricLine } from '../../../domain/metric-line.js';
import type { LogFormat, MetricEntry, MetricKind } from '../../../domain/metrics.js';
import { learnTemplate, lineEnd, maxColumns, stepValue, textValue } from './line-template.js';
import type { LineTemplate } from './line-template.js';
import { readNumber } from './number-text.js';
import type { Cursor } from './number-text.js';

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
  /**
   * Reads the lines of the first `to` bytes of a buffer, which end with a line end, in order. The buffer must go on for
   * `slackBytes` behind them.
   */
  scan(bytes: Buffer, to: number, found: LinesFound): void;
}

export interface LinesFound {
  /** The line stands from `start` to `end`, its line end with it. */
  entry(entry: ScannedEntry, start: number, end: number): void;
  unreadable(): void;
}

/** How far a comparison may look past the end of what is scanned. */
export const slackBytes = 32;

const newline = 0x0a;
/** Forms of lines that take turns in one log: training, evaluation, and a variant or two. */
const maxTemplates = 4;

/**
 * A scanner for logs of a format. Most lines of a log have one form, so a line is compared with the forms learnt before,
 * and only the numbers that are wanted are made; a line of any other form is read by `readMetricLine`, with the same result.
 * `columns`: the keys that are wanted, at most 31.
 */
export function createLineScanner(format: LogFormat, columns: readonly string[]): LineScanner {
  if (columns.length > maxColumns)
    throw new RangeError(`At most ${maxColumns} columns, not ${columns.length}`);
  const entry: ScannedEntry = {
    kind: 'training',
    step: 0,
    present: 0,
    values: new Float64Array(columns.length),
  };
  /** The form that fitted last comes first. */
  const templates: LineTemplate[] = [];

  function matchAny(view: DataView, at: number): number {
    for (const [index, template] of templates.entries()) {
      const end = matchLine(template, view, at, entry);
      if (end === -1) continue;
      if (index > 0) templates.unshift(...templates.splice(index, 1));
      return end;
    }
    return -1;
  }

  /** What a line is; an entry then stands in `entry`. */
  function readSlowly(bytes: Buffer, start: number, end: number): 'entry' | 'other' | 'unreadable' {
    if (end - start > maxLineBytes) return 'unreadable';
    const read = readMetricLine(bytes.toString('utf8', start, end), format);
    if (read.kind !== 'entry') return read.kind === 'unreadable' ? 'unreadable' : 'other';
    copyEntry(read.entry, columns, entry);
    if (format.kind === 'flat') {
      const template = learnTemplate(bytes.toString('latin1', start, end + 1), read.entry, columns);
      if (template) templates.unshift(template);
      if (templates.length > maxTemplates) templates.pop();
    }
    return 'entry';
  }

  return {
    scan(bytes, to, found) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      let at = 0;
      while (at < to) {
        const first = templates[0];
        let end = first ? matchLine(first, view, at, entry) : -1;
        if (end === -1 && templates.length > 1) end = matchAny(view, at);
        if (end !== -1) found.entry(entry, at, end);
        else {
          const lineEnd = bytes.indexOf(newline, at);
          end = lineEnd + 1;
          const read = readSlowly(bytes, at, lineEnd);
          if (read === 'entry') found.entry(entry, at, end);
          else if (read === 'unreadable') found.unreadable();
        }
        at = end;
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

/** Where the last number ended; one for all lines, so that none is made for each. */
const cursor: Cursor = { end: -1 };

/** Where the line ends (after its line end) if it has the form, its figures then in `entry`; else -1. */
function matchLine(template: LineTemplate, view: DataView, start: number, entry: ScannedEntry): number {
  const { plan, words, tails } = template;
  const { values } = entry;
  const limit = view.byteLength - 8;
  let at = start;
  let present = 0;
  for (let index = 0, place = 0; place < plan.length; index += 1, place += 3) {
    const length = plan[place] ?? 0;
    const value = plan[place + 2] ?? lineEnd;
    if (length < 8) at = endOfShortPiece(template.pieces[index], view, at);
    else {
      const lastWord = at + length - 8;
      // A long piece may reach beyond the buffer; then this is no whole line of the form.
      if (lastWord > limit || view.getFloat64(lastWord, true) !== tails[index]) return -1;
      let word = plan[place + 1] ?? 0;
      for (; at < lastWord; at += 8) {
        if (view.getFloat64(at, true) !== words[word]) return -1;
        word += 1;
      }
      at = lastWord + 8;
    }
    if (at === -1) return -1;
    if (value === lineEnd) break;
    if (value === textValue) at = endOfText(view, at);
    else {
      const number = readNumber(view, at, cursor);
      at = cursor.end;
      if (value >= 0) {
        values[value] = number;
        present |= 1 << value;
      } else if (value === stepValue) {
        if (!Number.isSafeInteger(number) || number < 0) return -1;
        entry.step = number;
      }
    }
    if (at === -1) return -1;
  }
  entry.kind = template.kind;
  entry.present = present;
  return at;
}

function endOfShortPiece(piece: Uint8Array | undefined, view: DataView, at: number): number {
  const length = piece?.length ?? 0;
  for (let index = 0; index < length; index += 1) {
    if (view.getUint8(at + index) !== piece?.[index]) return -1;
  }
  return at + length;
}

/** The end of a string without escapes, its quotes with it. */
function endOfText(view: DataView, at: number): number {
  if (view.getUint8(at) !== 0x22) return -1;
  let end = at + 1;
  for (let byte = view.getUint8(end); byte !== 0x22; byte = view.getUint8((end += 1))) {
    if (byte < 0x20 || byte === 0x5c) return -1;
  }
  return end + 1;
}

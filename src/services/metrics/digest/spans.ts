/** A part of a log and the steps of the entries in it. */
export interface Span {
  /** Index among the logs of the run. */
  readonly log: number;
  /** Bytes of the log: where its first entry begins and its last ends. */
  readonly start: number;
  readonly end: number;
  readonly minStep: number;
  readonly maxStep: number;
}

/**
 * Where in the logs of a run steps stand, so that an entry is found again without reading all of them. In the order of the
 * logs. As numbers in one array, since it goes from thread to thread.
 */
export interface Spans {
  /** Each span lies within a multiple of this (bytes), by where its entries begin. */
  bytes: number;
  count: number;
  /** Five numbers a span: log, start, end, lowest and highest step. */
  rows: Float64Array;
}

const row = 5;
const startAt = 1;
const endAt = 2;
const minAt = 3;
const maxAt = 4;
const firstBytes = 16 * 1024;
/** More than these, and spans are made twice as long: 1 GB of logs has spans of 128 KB. */
const maxSpans = 8192;
/** Longer ones would save nothing: a run with that many logs has more spans. */
const longestBytes = 2 ** 40;

export function createSpans(): Spans {
  return { bytes: firstBytes, count: 0, rows: new Float64Array(64 * row) };
}

/** Notes an entry; entries come in the order of the logs. */
export function addToSpans(spans: Spans, log: number, start: number, end: number, step: number): void {
  addRow(spans, log, start, end, step, step);
  if (spans.count > maxSpans) shorten(spans);
}

/** Adds spans that follow, of logs read at the same time. */
export function absorbSpans(spans: Spans, others: Spans): void {
  while (spans.bytes < others.bytes) lengthen(spans);
  addRows(spans, others.rows, others.count);
  shorten(spans);
}

/** The spans in which a step may stand that lies in one of the windows, both ends within; in the order of the logs. */
export function spansOf(spans: Spans, windows: readonly (readonly [from: number, to: number])[]): Span[] {
  const found: Span[] = [];
  for (let at = 0; at < spans.count * row; at += row) {
    const [log = 0, start = 0, end = 0, minStep = 0, maxStep = 0] = spans.rows.subarray(at, at + row);
    if (windows.some(([from, to]) => minStep <= to && maxStep >= from)) {
      found.push({ log, start, end, minStep, maxStep });
    }
  }
  return found;
}

/** A copy that holds no more than it needs. */
export function trimSpans(spans: Spans): Spans {
  return { ...spans, rows: spans.rows.slice(0, spans.count * row) };
}

function push(spans: Spans, ...values: readonly [number, number, number, number, number]): void {
  const at = spans.count * row;
  if (at === spans.rows.length) {
    const grown = new Float64Array(Math.max(row, 2 * at));
    grown.set(spans.rows);
    spans.rows = grown;
  }
  spans.rows.set(values, at);
  spans.count += 1;
}

function shorten(spans: Spans): void {
  while (spans.count > maxSpans && spans.bytes < longestBytes) lengthen(spans);
}

function lengthen(spans: Spans): void {
  const { rows, count } = spans;
  spans.bytes *= 2;
  spans.count = 0;
  spans.rows = new Float64Array(rows.length);
  addRows(spans, rows, count);
}

function addRows(spans: Spans, rows: Float64Array, count: number): void {
  for (let at = 0; at < count * row; at += row) {
    const [log = 0, start = 0, end = 0, minStep = 0, maxStep = 0] = rows.subarray(at, at + row);
    addRow(spans, log, start, end, minStep, maxStep);
  }
}

function addRow(spans: Spans, log: number, start: number, end: number, min: number, max: number): void {
  const { rows, count, bytes } = spans;
  const last = (count - 1) * row;
  const id = Math.floor(start / bytes);
  if (count === 0 || rows[last] !== log || id !== Math.floor((rows[last + startAt] ?? 0) / bytes)) {
    push(spans, log, start, end, min, max);
    return;
  }
  rows[last + endAt] = end;
  if (min < (rows[last + minAt] ?? 0)) rows[last + minAt] = min;
  if (max > (rows[last + maxAt] ?? 0)) rows[last + maxAt] = max;
}

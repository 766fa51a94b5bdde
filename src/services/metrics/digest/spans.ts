/** A part of a log and the steps of the entries in it. */
export interface Span {
  /** Index among the logs of the run. */
  readonly log: number;
  /** Bytes of the log: where its first entry begins and its last ends. */
  start: number;
  end: number;
  minStep: number;
  maxStep: number;
}

/** Where in the logs of a run steps stand, so that an entry is found again without reading all of them. In the order of the logs. */
export interface Spans {
  /** Each span lies within a multiple of this (bytes), by where its entries begin. */
  bytes: number;
  list: Span[];
}

const firstBytes = 32 * 1024;
/** More than these, and spans are made twice as long: 1 GB of logs has spans of 512 KB. */
const maxSpans = 2048;
/** Longer ones would save nothing: a run with that many logs has more spans. */
const longestBytes = 2 ** 40;

export function createSpans(): Spans {
  return { bytes: firstBytes, list: [] };
}

/** Notes an entry; entries come in the order of the logs. */
export function addToSpans(spans: Spans, log: number, start: number, end: number, step: number): void {
  const last = spans.list[spans.list.length - 1];
  if (last && last.log === log && Math.floor(start / spans.bytes) === Math.floor(last.start / spans.bytes)) {
    last.end = end;
    if (step < last.minStep) last.minStep = step;
    if (step > last.maxStep) last.maxStep = step;
  } else addSpan(spans, { log, start, end, minStep: step, maxStep: step });
}

/** Adds spans that follow, of logs read at the same time. */
export function absorbSpans(spans: Spans, others: Spans): void {
  while (spans.bytes < others.bytes) lengthen(spans);
  for (const span of others.list) addOrJoin(spans, span);
  shorten(spans);
}

/** The spans in which a step from `from` to `to` may stand. */
export function spansOf(spans: Spans, from: number, to: number): readonly Span[] {
  return spans.list.filter((span) => span.minStep <= to && span.maxStep >= from);
}

function addSpan(spans: Spans, span: Span): void {
  spans.list.push(span);
  shorten(spans);
}

function shorten(spans: Spans): void {
  while (spans.list.length > maxSpans && spans.bytes < longestBytes) lengthen(spans);
}

function lengthen(spans: Spans): void {
  const before = spans.list;
  spans.bytes *= 2;
  spans.list = [];
  for (const span of before) addOrJoin(spans, span);
}

function addOrJoin({ bytes, list }: Spans, span: Span): void {
  const last = list[list.length - 1];
  if (last && last.log === span.log && Math.floor(span.start / bytes) === Math.floor(last.start / bytes)) {
    last.end = span.end;
    last.minStep = Math.min(last.minStep, span.minStep);
    last.maxStep = Math.max(last.maxStep, span.maxStep);
  } else list.push({ ...span });
}

import {
  absorbBuckets,
  addPoint,
  createBuckets,
  forgetStep,
  maxBuckets,
  widenBuckets,
} from './curve-buckets.js';
import type { CurveBuckets } from './curve-buckets.js';
import type { ScannedEntry } from './line-scanner.js';
import { absorbSpans, addToSpans, createSpans } from './spans.js';
import type { Spans } from './spans.js';

/** Where an entry stands: index among the logs of the run, first byte, and the byte after its line end. */
export type Place = readonly [log: number, start: number, end: number];

/**
 * What is kept of the logs of a run: a function of their entries in order, however they were cut into reads. Plain data, which
 * goes between threads and into the database as it is.
 */
export interface Digest {
  readonly columns: readonly string[];
  readonly curves: readonly CurveBuckets[];
  /** Steps of a bucket of the curves, a power of two. */
  width: number;
  /** Entries read, closing ones left out; a step logged twice counts twice. */
  entries: number;
  unreadableLines: number;
  /** -1 where there is no entry. */
  minStep: number;
  maxStep: number;
  lastStep: number;
  firstTrainingStep: number;
  lastTrainingStep: number;
  /** How often an entry came at a lower step than one before it. */
  rewinds: number;
  /** How often training entries were so many steps apart. */
  readonly strides: Map<number, number>;
  readonly spans: Spans;
  /** The places of the last entries, three numbers each: entry `n` stands at `n` modulo `keptPlaces`. */
  readonly recent: Float64Array;
  /** The closing entry that came last. */
  summary: Place | undefined;
}

/** More than are shown, since of entries of one step the last alone counts. */
const keptPlaces = 64;
/** Distances between steps that are counted; what logs every few steps has a handful. */
const maxStrides = 64;

export function createDigest(columns: readonly string[]): Digest {
  return {
    columns,
    curves: columns.map(createBuckets),
    width: 1,
    entries: 0,
    unreadableLines: 0,
    minStep: -1,
    maxStep: -1,
    lastStep: -1,
    firstTrainingStep: -1,
    lastTrainingStep: -1,
    rewinds: 0,
    strides: new Map(),
    spans: createSpans(),
    recent: new Float64Array(3 * keptPlaces),
    summary: undefined,
  };
}

/** Takes in the next entry of the run. */
export function addEntry(digest: Digest, entry: ScannedEntry, log: number, start: number, end: number): void {
  if (entry.kind === 'summary') {
    digest.summary = [log, start, end];
    return;
  }
  const { step } = entry;
  if (step > digest.maxStep) {
    if (step >= digest.width * maxBuckets) widen(digest, widthFor(step), digest.maxStep);
    digest.maxStep = step;
  } else supersede(digest, entry);
  addPoints(digest, entry);
  if (entry.kind === 'training') noteStride(digest, step);
  if (digest.minStep === -1 || step < digest.minStep) digest.minStep = step;
  digest.lastStep = step;
  addToSpans(digest.spans, log, start, end, step);
  notePlace(digest, log, start, end);
}

function notePlace(digest: Digest, log: number, start: number, end: number): void {
  const at = (digest.entries % keptPlaces) * 3;
  digest.recent[at] = log;
  digest.recent[at + 1] = start;
  digest.recent[at + 2] = end;
  digest.entries += 1;
}

/** The places of the last entries, oldest first, `keptPlaces` at most. */
export function recentPlaces({ entries, recent }: Digest): readonly Place[] {
  return Array.from({ length: Math.min(entries, keptPlaces) }, (_, index) => {
    const at = ((Math.max(0, entries - keptPlaces) + index) % keptPlaces) * 3;
    return [recent[at] ?? 0, recent[at + 1] ?? 0, recent[at + 2] ?? 0];
  });
}

function addPoints(digest: Digest, { kind, step, present, values }: ScannedEntry): void {
  const bucket = Math.floor(step / digest.width);
  for (let index = 0; index < digest.curves.length; index += 1) {
    const buckets = digest.curves[index];
    if (!buckets || (present & (1 << index)) === 0) continue;
    if (kind === 'training' || isEvaluation(digest, index))
      addPoint(buckets, bucket, step, values[index] ?? 0);
  }
}

/** An entry at a step where an older one may stand: of the same kind, the older one counts no more. */
function supersede(digest: Digest, { kind, step, present }: ScannedEntry): void {
  const bucket = Math.floor(step / digest.width);
  if (step < digest.maxStep) digest.rewinds += 1;
  for (const [index, buckets] of digest.curves.entries()) {
    const own = isEvaluation(digest, index)
      ? kind === 'evaluation' || (present & (1 << index)) !== 0
      : kind === 'training';
    if (own) forgetStep(buckets, bucket, step);
  }
}

/** Whether a curve is of evaluations. */
function isEvaluation({ columns }: Digest, index: number): boolean {
  return columns[index]?.startsWith('eval_') === true;
}

function noteStride(digest: Digest, step: number): void {
  const stride = step - digest.lastTrainingStep;
  if (digest.lastTrainingStep === -1) digest.firstTrainingStep = step;
  else if (stride > 0) countStride(digest.strides, stride, 1);
  digest.lastTrainingStep = step;
}

function countStride(strides: Map<number, number>, stride: number, times: number): void {
  const before = strides.get(stride);
  if (before !== undefined || strides.size < maxStrides) strides.set(stride, (before ?? 0) + times);
}

/** How many steps lie between training entries as a rule; undefined while there is but one. */
export function strideOf({ strides }: Digest): number | undefined {
  const byCount = [...strides].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return byCount[0]?.[0];
}

/** The least power of two that gives a step a bucket. */
function widthFor(step: number): number {
  let width = 1;
  while (Math.floor(step / width) >= maxBuckets) width *= 2;
  return width;
}

/** `lastStep`: no step behind it has a point yet. */
function widen(digest: Digest, width: number, lastStep: number): void {
  if (width === digest.width) return;
  const used = Math.floor(lastStep / digest.width) + 1;
  for (const buckets of digest.curves) widenBuckets(buckets, width / digest.width, used);
  digest.width = width;
}

/**
 * Adds a digest of what follows in the logs, read at the same time. False, and nothing is done, where its steps do not all
 * lie behind those of `digest`: then the order of the entries matters, and they must be read one after another.
 */
export function absorbDigest(digest: Digest, next: Digest): boolean {
  if (next.minStep !== -1 && next.minStep <= digest.maxStep) return false;
  const width = Math.max(digest.width, next.width);
  widen(digest, width, digest.maxStep);
  widen(next, width, next.maxStep);
  const lastBucket = Math.floor(digest.maxStep / width);
  for (const [index, buckets] of digest.curves.entries()) {
    const other = next.curves[index];
    if (other) absorbBuckets(buckets, other, lastBucket);
  }
  if (next.firstTrainingStep !== -1) {
    noteStride(digest, next.firstTrainingStep);
    digest.lastTrainingStep = next.lastTrainingStep;
  }
  for (const [stride, times] of next.strides) countStride(digest.strides, stride, times);
  absorbSpans(digest.spans, next.spans);
  const places = recentPlaces(next);
  digest.entries += next.entries - places.length;
  for (const place of places) notePlace(digest, ...place);
  digest.unreadableLines += next.unreadableLines;
  digest.rewinds += next.rewinds;
  if (next.entries > 0) {
    if (digest.minStep === -1) digest.minStep = next.minStep;
    digest.maxStep = next.maxStep;
    digest.lastStep = next.lastStep;
  }
  digest.summary = next.summary ?? digest.summary;
  return true;
}

import type { LogFormat } from '../../domain/metrics.js';
import { figuresAt, windowOf } from '../../domain/run-metrics.js';
import type { MetricColumn } from '../../domain/train-plan.js';
import { createDigest, recentPlaces, strideOf } from './digest/digest.js';
import { entriesAt, findEntries, planFind } from './digest/entries-at.js';
import type { FoldOptions } from './digest/fold-bytes.js';
import { maxColumns } from './digest/line-template.js';
import { readLog } from './digest/read-log.js';
import type { Reading } from './digest/read-log.js';
import type { LogState, StoredRun } from './digest/stored-run.js';
import type { LogFile, LogLocation } from './find-logs.js';

/** A run whose logs are read. */
export interface ReadingRun {
  /** What is kept is kept under this: the path of the run's folder. */
  readonly key: string;
  readonly location: LogLocation;
  readonly format: LogFormat;
  /** Whose curves are wanted; `loss` and `eval_loss` are always kept. */
  readonly columns: readonly Pick<MetricColumn, 'key' | 'label'>[];
  /** The steps whose figures are wanted. */
  readonly checkpointSteps: readonly number[];
  /** The log is appended over all runs (mlx): an entry whose step is lower than the one before it begins another run. */
  readonly restartsOnStepDrop?: boolean;
}

/** Last entries that are shown. */
const shownEntries = 30;
/** As much is searched for entries on the event loop, span by span (bytes); more in a thread. */
const findHereBytes = 512 * 1024;
/** Checkpoints whose figures are kept; beyond that those asked for alone. */
const keptFigures = 512;

export function columnKeysOf({ columns }: ReadingRun): readonly string[] {
  return [...new Set(['loss', 'eval_loss', ...columns.map(({ key }) => key)])].slice(0, maxColumns);
}

function optionsOf(run: ReadingRun): FoldOptions {
  return {
    format: run.format,
    columns: columnKeysOf(run),
    restartsOnStepDrop: run.restartsOnStepDrop ?? false,
  };
}

/** What else decides what is kept. */
function readAs(run: ReadingRun): string {
  return JSON.stringify([optionsOf(run), run.columns, run.location]);
}

export function emptyRun(run: ReadingRun): StoredRun {
  const options = optionsOf(run);
  return {
    logs: [],
    digest: createDigest(options.columns),
    last: [],
    summary: undefined,
    figures: new Map(),
    curves: [],
    readAs: readAs(run),
  };
}

/**
 * Whether the logs are those that were read, with nothing but more at the end. One that shrank, was replaced, vanished, or was changed
 * without growing is another.
 */
export function goesOn(kept: StoredRun, files: readonly LogFile[], run: ReadingRun): boolean {
  if (kept.readAs !== readAs(run)) return false;
  return kept.logs.every((log, index) => {
    const file = files[index];
    if (file?.path !== log.path || file.identity !== log.identity) return false;
    if (file.sizeBytes === log.sizeBytes) return file.modifiedMs === log.modifiedMs;
    // An older log that grows would have its entries win over those of newer logs.
    return file.sizeBytes > log.sizeBytes && index === kept.logs.length - 1;
  });
}

/** Reads what is new in the logs. What was kept must not be used afterwards: it has changed. */
export async function advance(
  kept: StoredRun,
  files: readonly LogFile[],
  run: ReadingRun,
  reading: Reading,
): Promise<{ readonly run: StoredRun; readonly bytes: number }> {
  let { digest } = kept;
  const { maxStep, rewinds } = digest;
  const stride = strideOf(digest);
  const logs: LogState[] = [];
  let bytes = 0;
  for (const [log, file] of files.entries()) {
    const { offset = 0, skipping = false, sizeBytes = 0 } = kept.logs[log] ?? {};
    let read = { digest, offset, skipping };
    if (file.sizeBytes > sizeBytes) {
      const task = { path: file.path, log, from: offset, to: file.sizeBytes, skipping, digest };
      read = await readLog({ ...task, options: optionsOf(run) }, reading);
      bytes += file.sizeBytes - sizeBytes;
    }
    digest = read.digest;
    logs.push({ ...file, offset: read.offset, skipping: read.skipping });
  }
  if (bytes === 0) return { run: kept.logs.length === logs.length ? kept : { ...kept, logs }, bytes };
  const steady = digest.rewinds === rewinds && strideOf(digest) === stride && digest.maxStep >= maxStep;
  const figures = [...kept.figures].filter(([step]) => steady && windowOf(step, stride)[1] < maxStep);
  const places = { paths: logs.map(({ path }) => path), format: run.format };
  const summary = digest.summary && (await entriesAt([digest.summary], places))[0];
  const last = await entriesAt(recentPlaces(digest), places);
  return {
    bytes,
    run: {
      ...kept,
      logs,
      digest,
      summary,
      last: newestOfEach(last).slice(-shownEntries),
      figures: new Map(figures),
    },
  };
}

/** Of entries of one kind and step the last. */
function newestOfEach(entries: StoredRun['last']): StoredRun['last'] {
  const placeOf = new Map(entries.map(({ kind, step }, index) => [`${kind} ${step}`, index]));
  return entries.filter(({ kind, step }, index) => placeOf.get(`${kind} ${step}`) === index);
}

/** Finds the figures of checkpoints that are not known yet. The same object where all are. */
export async function addFigures(kept: StoredRun, run: ReadingRun, reading: Reading): Promise<StoredRun> {
  const missing = run.checkpointSteps.filter((step) => !kept.figures.has(step));
  if (missing.length === 0) return kept;
  const stride = strideOf(kept.digest);
  const windows = missing.map((step) => windowOf(step, stride));
  const logs = { paths: kept.logs.map(({ path }) => path), format: run.format };
  const task = planFind(windows, kept.digest, logs);
  const bytes = task.spans.reduce((sum, { start, end }) => sum + end - start, 0);
  const entries = await (bytes <= findHereBytes
    ? findEntries(task, reading.matcher())
    : reading.readers.find(task));
  const known = kept.figures.size + missing.length > keptFigures ? [] : [...kept.figures];
  const added = missing.map((step, index) => {
    const [from, to] = windows[index] ?? [step, step];
    const own = entries.filter((entry) => entry.step >= from && entry.step <= to);
    return [step, figuresAt(step, own, stride)] as const;
  });
  return { ...kept, figures: new Map([...known, ...added]) };
}

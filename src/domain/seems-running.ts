import type { MetricEntry } from './metrics.js';

const secondMs = 1_000;
/** Shorter silences are usual: an evaluation, a checkpoint being saved. */
const leastMs = 60 * secondMs;
/** After so long without a line nothing is inferred, however slow its steps are. */
export const mostSilentMs = 3_600 * secondMs;
/** A line may be late by the time of two others. */
const intervals = 3;

/** What is known of a run that no job of this bot runs. */
export interface RunTraces {
  readonly nowMs: number;
  /** When its log was last written, epoch ms. */
  readonly writtenMs: number;
  /** Its last entries, in order. */
  readonly last: readonly MetricEntry[];
  /** The closing entry was written. */
  readonly closed: boolean;
}

/**
 * Whether a run seems to be running: its log was written within three of its usual intervals (60 s at least, an hour at most)
 * and is not closed. An inference, to be told as one.
 */
export function seemsRunning({ nowMs, writtenMs, last, closed }: RunTraces): boolean {
  const limitMs = Math.min(mostSilentMs, Math.max(leastMs, intervals * usualGapMs(last)));
  return !closed && nowMs - writtenMs <= limitMs;
}

/** The median time between entries; 0 where fewer than two tell theirs. */
function usualGapMs(entries: readonly MetricEntry[]): number {
  const times = entries.flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
  const sorted = gaps.filter((gap) => gap > 0).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

import type { MetricEntry } from '../metrics.js';
import { healthy, type Detector } from './rule.js';
import type { Thresholds } from './thresholds.js';

/** The usual time between two entries is the median of so many. */
const keptIntervals = 21;
/** While only one entry is known there is no usual time: a step of a large model may take minutes. */
const patienceMs = 30 * 60_000;

/**
 * No entry for long. Nothing is said while nothing was logged at all (loading takes what it takes) and while the model
 * is being saved. The time runs from when an entry was seen, not from what it states: logs state local time without a
 * zone, and after a restart of the bot the wait begins anew.
 */
export function stallDetector({ stallIntervals, stallMinutes }: Thresholds): Detector {
  const intervals: number[] = [];
  let seenMs: number | undefined;
  let stated: number | undefined;
  return {
    observe(entry, nowMs) {
      const interval = intervalOf(entry, stated);
      stated = entry.atMs;
      if (interval !== undefined) intervals.push(interval);
      if (intervals.length > keptIntervals) intervals.shift();
      seenMs = nowMs;
      return healthy;
    },
    look({ nowMs, phase }) {
      if (seenMs === undefined || phase !== 'training') return undefined;
      const usual = median(intervals);
      const limitMs =
        usual === undefined ? patienceMs : Math.max(stallIntervals * usual, stallMinutes * 60_000);
      const silentMs = nowMs - seenMs;
      if (silentMs < limitMs) return undefined;
      const figures = { 'silent, seconds': Math.round(silentMs / 1000) };
      return { bad: true, figures };
    },
  };
}

/** By the stated times; the first entry may state its own. An hour that the clock was put back or forward is no time. */
function intervalOf({ atMs, values }: MetricEntry, before: number | undefined): number | undefined {
  const interval = values['interval_time'];
  if (interval !== undefined && Number.isFinite(interval) && interval > 0) return interval * 1000;
  if (atMs === undefined || before === undefined || atMs <= before) return undefined;
  return atMs - before;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

import { describe, expect, it } from 'vitest';
import type { MetricEntry } from '../../src/domain/metrics.js';
import { seemsRunning } from '../../src/domain/seems-running.js';

const second = 1_000;
const nowMs = 1_764_000_000_000;
/** Entries so many seconds apart, the last of them now. */
const apart = (seconds: number, count = 6): MetricEntry[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'training',
    step: (index + 1) * 5,
    atMs: nowMs - (count - 1 - index) * seconds * second,
    values: { loss: 1 },
  }));
const seems = (silentSeconds: number, last: readonly MetricEntry[], closed = false): boolean =>
  seemsRunning({ nowMs, writtenMs: nowMs - silentSeconds * second, last, closed });

describe('a run seems to be running', () => {
  it('for three of its usual intervals after a line', () => {
    expect(seems(299, apart(100))).toBe(true);
    expect(seems(301, apart(100))).toBe(false);
  });

  it('for a minute at least and an hour at most', () => {
    expect(seems(60, apart(1))).toBe(true);
    expect(seems(61, apart(1))).toBe(false);
    expect(seems(3_600, apart(7_200))).toBe(true);
    expect(seems(3_601, apart(7_200))).toBe(false);
  });

  it('whatever one long pause among its lines was', () => {
    const paused = apart(10).map((entry, index) => ({
      ...entry,
      atMs: (entry.atMs ?? 0) + (index > 2 ? 5_000 * second : 0),
    }));
    expect(seems(61, paused)).toBe(false);
  });

  it('for a minute where its lines tell no time, or there is one alone', () => {
    const untimed = apart(100).map(({ kind, step, values }): MetricEntry => ({ kind, step, values }));
    for (const last of [untimed, apart(100, 1), []]) {
      expect(seems(60, last)).toBe(true);
      expect(seems(61, last)).toBe(false);
    }
  });

  it('not after the closing entry', () => {
    expect(seems(0, apart(100), true)).toBe(false);
  });

  it('when its log is dated ahead of the clock', () => {
    expect(seems(-30, apart(1))).toBe(true);
  });
});

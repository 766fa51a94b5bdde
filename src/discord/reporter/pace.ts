/** The figures of the pace. All in ms unless they say otherwise. */
export interface PaceRules {
  /** Between two writes in a channel while nothing is known of its limit: 5 per 5 s are observed. */
  readonly spacingMs: number;
  /** An edit counts as one of an old message from this age on. Discord draws the line at one hour. */
  readonly oldAfterMs: number;
  /**
   * At most this many edits of old messages in this time, a channel. Discord takes 3 per 6 s (observed), then answers
   * 30046; one is left as reserve for a process that was killed a moment before this one began.
   */
  readonly oldEdits: number;
  readonly oldWindowMs: number;
}

export const paceRules: PaceRules = {
  spacingMs: 1100,
  oldAfterMs: 55 * 60_000,
  oldEdits: 2,
  oldWindowMs: 6500,
};

/** What the headers X-RateLimit-Remaining and X-RateLimit-Reset-After say. */
export interface RateHeaders {
  readonly remaining: number;
  readonly resetAfterMs: number;
}

/** The pace of one channel. `now` is monotonic everywhere (ms): a clock that is set must not stop it or let it run. */
export interface Pace {
  /** The earliest moment at which the next write may go out; `old`: it edits an old message. */
  readyAt(old: boolean): number;
  /** A write goes out now. */
  sent(now: number, old: boolean): void;
  /** What Discord says is left is spread over the time until it resets, and the last one left to others. */
  learn(now: number, rate: RateHeaders): void;
  /** Discord takes no more for `waitMs`: wait as long, and be slower for a while. */
  limited(now: number, waitMs: number): void;
  /** No answer from Discord: the waits double, from 1 s to 30 s. */
  failed(now: number): void;
  succeeded(): void;
  /** Discord is back: a wait that came from its absence ends now. */
  retryNow(now: number): void;
}

const slowestFactor = 8;
const longestBackoffMs = 30_000;
/** For clocks and networks that are not quite the same, ms. */
const marginMs = 100;

/** A pace that starts now. `random` (0 to 1) spreads the waits of channels that lost Discord at the same moment. */
export function createPace(startedAt: number, random: () => number = Math.random, rules = paceRules): Pace {
  let nextAt = startedAt;
  let failures = 0;
  let slowness = 1;
  // As if one had just gone out: what the process before this one did is not known.
  let oldSentAt = [startedAt];

  function readyAt(old: boolean): number {
    const first = oldSentAt.at(-rules.oldEdits);
    if (!old || first === undefined) return nextAt;
    return Math.max(nextAt, first + rules.oldWindowMs * slowness);
  }

  return {
    readyAt,
    sent(now, old) {
      nextAt = Math.max(nextAt, now + rules.spacingMs * slowness);
      if (old) oldSentAt = [...oldSentAt, now].slice(-rules.oldEdits);
    },
    learn(now, { remaining, resetAfterMs }) {
      const spread = remaining > 1 ? resetAfterMs / remaining : resetAfterMs + marginMs;
      nextAt = Math.max(nextAt, now + spread);
    },
    limited(now, waitMs) {
      slowness = Math.min(slowness * 2, slowestFactor);
      nextAt = Math.max(nextAt, now + waitMs + marginMs);
    },
    failed(now) {
      const waitMs = Math.min(1000 * 2 ** failures, longestBackoffMs);
      failures += 1;
      nextAt = Math.max(nextAt, now + waitMs * (1 - random() / 4));
    },
    succeeded() {
      failures = 0;
      slowness = Math.max(1, slowness * 0.95);
    },
    retryNow(now) {
      if (failures > 0) nextAt = now;
    },
  };
}

/**
 * How long the live message of a job stays as it is, by its age: while a run is young people watch it, later they look
 * at it now and then, and relative times count by themselves.
 */
export function editIntervalMs(ageMs: number): number {
  const minutes = ageMs / 60_000;
  if (minutes < 5) return 2500;
  if (minutes < 20) return 5000;
  if (minutes < 55) return 10_000;
  if (minutes < 6 * 60) return 30_000;
  return minutes < 24 * 60 ? 60_000 : 120_000;
}

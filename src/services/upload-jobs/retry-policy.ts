import type { UploadRetry } from '../../domain/upload-plan.js';
import type { Verdict } from '../jobs/kinds.js';
import type { UploadTrouble } from './classify-failure.js';

/** How many times an upload is tried in all. */
export const maxTries = 5;

/** The wait after the first try, in the middle. */
const firstWaitMs = 60_000;

/** Longer than this nobody waits before a screen: it ends, and says how long the Hub asked to wait. */
const longestWaitMs = 60 * 60_000;

/**
 * Milliseconds to wait after try `tried` (1 for the first): 60 s · 2^(tried − 1) · (0.5 + u), u from `random`, 0 ≤ u < 1.
 * In the middle 1, 2, 4 and 8 minutes, a quarter of an hour in all. Doubling, so that a Hub in trouble is left alone for
 * longer each time; random by half to either side, so that many who broke off at the same moment do not come again at the
 * same moment ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015: equal jitter, here around the middle). The Hub's own word (`Retry-After`, RFC 9110 10.2.3) is
 * the least that is waited.
 */
export function waitMsAfter(tried: number, random: () => number, retryAfterMs = 0): number {
  const wait = firstWaitMs * 2 ** (tried - 1) * (0.5 + random());
  return Math.round(Math.max(wait, retryAfterMs));
}

/** What a broken try comes to: another one later, or the end. */
export function judgeTrouble(given: {
  readonly trouble: UploadTrouble;
  /** The try that broke, 1 for the first. */
  readonly tried: number;
  readonly now: number;
  readonly random: () => number;
  /** See UploadRetry.made. */
  readonly made: boolean;
  readonly exitCode?: number;
}): Extract<Verdict, { name: 'failed' | 'again' }> {
  const { trouble, tried, now, random, made, exitCode } = given;
  const { failure, passes, retryAfterMs = 0 } = trouble;
  const end = (message: string) =>
    ({
      name: 'failed',
      failure: { code: failure.code, message },
      ...(exitCode !== undefined && { exitCode }),
    }) as const;
  if (!passes) return end(failure.message);
  if (tried >= maxTries) return end(`${failure.message} It was tried ${tried} times.`);
  if (retryAfterMs > longestWaitMs) {
    return end(`${failure.message} It asks to come again in ${Math.ceil(retryAfterMs / 60_000)} minutes.`);
  }
  const retry: UploadRetry = {
    next: tried + 1,
    of: maxTries,
    notBefore: now + waitMsAfter(tried, random, retryAfterMs),
    why: failure.message,
    code: failure.code,
    ...(made && { made }),
  };
  return { name: 'again', retry };
}

import { UserError } from '../../domain/user-error.js';
import { inWords } from './in-words.js';

/** Counts a command, press or form of this person. Throws UserError, and does not count it, when it is one too many. */
export type CommandLimit = (userId: string) => void;

const windowMs = 60_000;

/**
 * At most `perMinute` within any minute, each person for themselves, administrators too: it keeps one finger on a button
 * from slowing everybody. Kept in memory: a restart forgives. `monotonicMs` never jumps, unlike the clock of the host.
 */
export function createCommandLimit(
  perMinute: number,
  monotonicMs: () => number = () => performance.now(),
): CommandLimit {
  /** Times of what was let through within the last minute, oldest first. */
  const times = new Map<string, number[]>();
  let sweptAt = monotonicMs();

  /** Forgets people who did nothing for a minute, so that the map holds no more than a minute's people. */
  function sweep(now: number): void {
    if (now - sweptAt < windowMs) return;
    sweptAt = now;
    for (const [userId, theirs] of times) {
      if (now - (theirs.at(-1) ?? 0) >= windowMs) times.delete(userId);
    }
  }

  return (userId) => {
    const now = monotonicMs();
    sweep(now);
    const recent = (times.get(userId) ?? []).filter((at) => now - at < windowMs);
    const [oldest] = recent;
    if (oldest !== undefined && recent.length >= perMinute) {
      const waitMs = oldest + windowMs - now;
      throw new UserError(
        `That was quick: ${perMinute} commands and presses a minute are allowed, and you have used them.`,
        `Nothing was done. Try again in ${inWords(waitMs)}.`,
      );
    }
    recent.push(now);
    times.set(userId, recent);
  };
}

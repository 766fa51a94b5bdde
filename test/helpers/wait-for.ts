import { setTimeout as pause } from 'node:timers/promises';

export interface WaitOptions {
  /** Gives up after this long, naming the last failure. */
  timeoutMs?: number;
  /** Pause between two looks. */
  everyMs?: number;
}

/**
 * Waits for a condition: calls `look` until it returns something other than `undefined`, `null` or `false` without
 * throwing, and returns that. Throws the last error, or says that the condition never held.
 */
export async function waitFor<T>(
  look: () => T | Promise<T>,
  { timeoutMs = 15_000, everyMs = 15 }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  let failure: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== null && found !== false) {
        return found as NonNullable<Exclude<T, false>>;
      }
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`Condition not met within ${timeoutMs} ms`, { cause: failure });
    }
    await pause(everyMs);
  }
}

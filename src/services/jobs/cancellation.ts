/** Signals of a cancellation, in their order; each follows when the one before did not end the job within the grace. */
export const cancelSignals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
export type CancelSignal = (typeof cancelSignals)[number];

/**
 * The signal that is due for a job whose cancellation was asked for `elapsedMs` ago: an interrupt at once (trainers
 * save and say so), a termination after one grace, a kill after two.
 */
export function dueSignal(elapsedMs: number, graceMs: number): CancelSignal {
  if (elapsedMs < graceMs) return 'SIGINT';
  return elapsedMs < 2 * graceMs ? 'SIGTERM' : 'SIGKILL';
}

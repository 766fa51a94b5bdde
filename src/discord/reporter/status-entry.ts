import type { StatusMessage } from '../../services/status/ports.js';

/** A message of `/status`, as far as this process knows it. Moments are monotonic ms. */
export interface StatusEntry {
  message: StatusMessage;
  /** What it shows is not the newest. */
  dirty: boolean;
  /** A job's state changed: that is not held back for long. */
  urgent: boolean;
  writtenAt: number;
  /** Not before; after something stood against it. */
  retryAt: number;
  failures: number;
  /** Of what was written last. */
  fingerprint: string;
  /** A create may have come through without our knowing. */
  uncertain: boolean;
}

/** Waits after something that a try at once would not mend, ms: they double. */
const firstRetryMs = 10_000;
const longestRetryMs = 3_600_000;

export function createStatusEntry(message: StatusMessage, uncertain: boolean): StatusEntry {
  return {
    message,
    dirty: true,
    urgent: true,
    writtenAt: 0,
    retryAt: 0,
    failures: 0,
    fingerprint: '',
    uncertain,
  };
}

export function holdStatus(entry: StatusEntry, now: number): void {
  entry.retryAt = now + Math.min(firstRetryMs * 2 ** entry.failures, longestRetryMs);
  entry.failures += 1;
}

import type { HubFault } from './faults.js';

const bytes = /^\/lfs-upload\//;
const commits = /\/commit\//;

/** What goes wrong at a Hub most often, by a word for people. The miniature's models have some 20 kB. */
export const commonFaults = {
  '429': { kind: 'status', status: 429, retryAfterSeconds: 3, count: 5 },
  '503': { kind: 'status', status: 503, count: 5 },
  cut: { kind: 'cut', afterBytes: 10_000, count: 1, path: bytes },
  lost: { kind: 'lost', count: 1, path: commits },
  spoilt: { kind: 'corrupt', dropBytes: 0, count: 1, path: bytes },
  slow: { kind: 'slow', bytesPerSecond: 2_000, path: bytes },
  away: { kind: 'cut', afterBytes: 0, forMs: 60_000 },
} as const satisfies Record<string, HubFault>;

export type CommonFault = keyof typeof commonFaults;

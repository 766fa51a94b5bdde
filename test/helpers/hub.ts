import { onTestFinished } from 'vitest';
import { startHub, type RunningHub, type StartHubOptions } from '../../sandbox/hub/server.js';

export { hubTokens, unknownToken } from '../../sandbox/hub/seed.js';
export type { RunningHub } from '../../sandbox/hub/server.js';

/** A stand-in for the Hub of its own for one test, stopped after it. */
export async function makeHub(options: StartHubOptions = {}): Promise<RunningHub> {
  const hub = await startHub(options);
  onTestFinished(() => hub.stop());
  return hub;
}

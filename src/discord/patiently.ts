import { setTimeout as pause } from 'node:timers/promises';
import { judge } from './api-error.js';

/** Pauses between the tries, ms. An interaction's token lives for 15 minutes, a person's patience less. */
const pausesMs = [500, 2000, 8000];

/** Repeats a request that does no harm when it is done twice, while Discord cannot be reached. Rejects with the last error. */
export async function patiently<Value>(request: () => Promise<Value>): Promise<Value> {
  for (const pauseMs of pausesMs) {
    try {
      return await request();
    } catch (error) {
      if (judge(error).kind !== 'unreachable') throw error;
      await pause(pauseMs, undefined, { ref: false });
    }
  }
  return request();
}

import { rulesOf, type KindTable } from './kinds.js';
import type { Clock } from './ports.js';
import type { ScheduleRules } from './schedule.js';

/** What the schedule goes by, at the moment of the call. */
export function createQueueRules(parts: {
  readonly kinds: KindTable;
  readonly slots: readonly number[];
  readonly clock: Clock;
}): () => ScheduleRules {
  const { kinds, slots, clock } = parts;
  return () => ({
    slots,
    needsSlot: (job) => rulesOf(kinds, job.kind).needsSlot(job),
    laneOf: (job) => rulesOf(kinds, job.kind).laneOf?.(job.plan),
    now: clock(),
  });
}

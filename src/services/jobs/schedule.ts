import type { Job } from '../../domain/job.js';

/** What starts next, and where. */
export interface Start {
  readonly job: Job;
  /** Slot number; absent for jobs that need none. */
  readonly slot?: number;
}

/** What the schedule goes by. All of it is pure. */
export interface ScheduleRules {
  /** Numbers of the slots: GPU indexes, or 0…n−1. */
  readonly slots: readonly number[];
  readonly needsSlot: (job: Job) => boolean;
  /** Jobs of one lane run one after another; absent or undefined: beside any. */
  readonly laneOf?: (job: Job) => string | undefined;
  /** Whether a job that needs a slot may try this one; absent: any. */
  readonly mayTry?: (job: Job, slot: number) => boolean;
  /** Epoch ms: a job between two tries is passed over until its time has come. */
  readonly now: number;
}

/**
 * Chooses which queued jobs start now. Pure: `active` are the jobs not ended, in the order of the queue. One that is held,
 * whose lane is taken or that finds no slot is passed over, and what stands behind it may start.
 */
export function chooseStarts(active: readonly Job[], rules: ScheduleRules): readonly Start[] {
  const { slots, needsSlot, laneOf, mayTry = () => true } = rules;
  const taken = holdersOf(active, laneOf);
  let free = slots.filter((slot) => !taken.slots.has(slot));
  const lanes = new Set(taken.lanes.keys());
  const starts: Start[] = [];
  for (const job of active) {
    const lane = laneOf?.(job);
    if (!isDue(job, rules.now) || (lane !== undefined && lanes.has(lane))) continue;
    const slot = needsSlot(job) ? free.find((one) => mayTry(job, one)) : undefined;
    if (slot === undefined && needsSlot(job)) continue;
    free = free.filter((one) => one !== slot);
    if (lane !== undefined) lanes.add(lane);
    starts.push({ job, ...(slot !== undefined && { slot }) });
  }
  return starts;
}

/** Waits, is not held, and its time has come. */
function isDue({ state, held }: Job, now: number): boolean {
  return state.name === 'queued' && !held && (state.retry?.notBefore ?? now) <= now;
}

/** The jobs that have slots and lanes. */
function holdersOf(active: readonly Job[], laneOf: ScheduleRules['laneOf']) {
  const slots = new Map<number, Job>();
  const lanes = new Map<string, Job>();
  for (const job of active) {
    if (job.state.name === 'queued') continue;
    if (job.slot !== undefined) slots.set(job.slot, job);
    const lane = laneOf?.(job);
    if (lane !== undefined) lanes.set(lane, job);
  }
  return { slots, lanes };
}

/**
 * Behind which jobs a waiting one stands because they have what it needs: the job of its lane, else those in all the slots.
 * Empty for one that waits for nothing but its turn or its time.
 */
export function findAhead(job: Job, active: readonly Job[], rules: ScheduleRules): readonly Job[] {
  const { slots, needsSlot, laneOf, now } = rules;
  if (!isDue(job, now)) return [];
  const taken = holdersOf(active, laneOf);
  const lane = laneOf?.(job);
  const inLane = lane === undefined ? undefined : taken.lanes.get(lane);
  if (inLane) return [inLane];
  if (!needsSlot(job) || slots.length === 0 || slots.some((slot) => !taken.slots.has(slot))) return [];
  return slots.flatMap((slot) => taken.slots.get(slot) ?? []);
}

/** Place in the queue by job id, 1 = next; held jobs have their place too. */
export function placesOf(active: readonly Job[]): ReadonlyMap<number, number> {
  const queued = active.filter((job) => job.state.name === 'queued');
  return new Map(queued.map((job, index) => [job.id, index + 1]));
}

/**
 * When waiting jobs are expected to start, by job id, in epoch ms: as the running ones end. Pure: arguments as for
 * `chooseStarts`; `endOf` tells the expected end of a running job, where it is known. How long a waiting job will take is not
 * known, so one that must wait for another waiting one to end has no expectation; nor has a held one, one whose time for
 * another try is told by itself, nor one that nothing keeps from starting at once.
 */
export function expectStarts(
  active: readonly Job[],
  rules: ScheduleRules,
  endOf: (job: Job) => number | undefined,
): ReadonlyMap<number, number> {
  const { slots, needsSlot, laneOf, now } = rules;
  const starting = chooseStarts(active, rules);
  const startingIds = new Set(starting.map(({ job }) => job.id));
  const taken = holdersOf(active, laneOf);
  const begun = new Set(starting.map(({ slot }) => slot));
  const free = slots.filter((slot) => !taken.slots.has(slot) && !begun.has(slot));
  const ends = [...taken.slots]
    .flatMap(([slot, job]) => (slots.includes(slot) ? (endOf(job) ?? []) : []))
    .toSorted((a, b) => a - b);
  // What stands behind the first that waits for a lane waits for a waiting job.
  const spoken = new Set(starting.flatMap(({ job }) => laneOf?.(job) ?? []));

  function expectOne(job: Job): number | undefined {
    const lane = laneOf?.(job);
    if (lane !== undefined && spoken.has(lane)) return undefined;
    if (lane !== undefined) spoken.add(lane);
    const inLane = lane === undefined ? undefined : taken.lanes.get(lane);
    const laneEnd = inLane ? endOf(inLane) : now;
    const slotEnd = needsSlot(job) && free.pop() === undefined ? ends.shift() : now;
    return laneEnd === undefined || slotEnd === undefined ? undefined : Math.max(laneEnd, slotEnd);
  }

  const waiting = active.filter((job) => isDue(job, now) && !startingIds.has(job.id));
  return new Map(
    waiting.flatMap((job) => {
      const end = expectOne(job);
      return end === undefined ? [] : [[job.id, end] as const];
    }),
  );
}

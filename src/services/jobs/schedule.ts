import type { Job } from '../../domain/job.js';

/** What starts next, and where. */
export interface Start {
  readonly job: Job;
  /** Slot number; absent for jobs that need none. */
  readonly slot?: number;
}

/**
 * Chooses which queued jobs start now. Pure: `active` are the jobs not ended, in the order of the queue; `slots` the
 * numbers of the slots (GPU indexes, or 0…n−1). A held job is passed over; one that needs a slot takes the first free one
 * that it may try (`mayTry`: absent, any).
 */
export function chooseStarts(
  active: readonly Job[],
  slots: readonly number[],
  needsSlot: (job: Job) => boolean,
  mayTry: (job: Job, slot: number) => boolean = () => true,
): readonly Start[] {
  const taken = new Set(
    active
      .filter((job) => job.state.name !== 'queued')
      .flatMap((job) => (job.slot === undefined ? [] : [job.slot])),
  );
  let free = slots.filter((slot) => !taken.has(slot));
  const starts: Start[] = [];
  for (const job of active) {
    if (job.state.name !== 'queued' || job.held) continue;
    if (!needsSlot(job)) {
      starts.push({ job });
      continue;
    }
    const slot = free.find((one) => mayTry(job, one));
    if (slot === undefined) continue;
    free = free.filter((one) => one !== slot);
    starts.push({ job, slot });
  }
  return starts;
}

/** Place in the queue by job id, 1 = next; held jobs have their place too. */
export function placesOf(active: readonly Job[]): ReadonlyMap<number, number> {
  const queued = active.filter((job) => job.state.name === 'queued');
  return new Map(queued.map((job, index) => [job.id, index + 1]));
}

/**
 * When waiting jobs are expected to start, by job id, in epoch ms: as the running ones end. Pure: arguments as for
 * `chooseStarts`; `endOf` tells the expected end of a running job, where it is known. How long a waiting job will take is not
 * known, so one that must wait for another waiting one to end has no expectation; nor has a held one, nor one that
 * nothing keeps from starting at once.
 */
export function expectStarts(
  active: readonly Job[],
  slots: readonly number[],
  needsSlot: (job: Job) => boolean,
  endOf: (job: Job) => number | undefined,
): ReadonlyMap<number, number> {
  const now = new Set(chooseStarts(active, slots, needsSlot).map(({ job }) => job.id));
  const waiting = active.filter((job) => job.state.name === 'queued' && !job.held && !now.has(job.id));
  const ends = active
    .filter(({ state, slot }) => state.name !== 'queued' && slot !== undefined && slots.includes(slot))
    .map(endOf)
    .filter((end) => end !== undefined)
    .toSorted((a, b) => a - b);
  return new Map(
    waiting.flatMap((job, index) => {
      const end = ends[index];
      return end === undefined ? [] : [[job.id, end] as const];
    }),
  );
}

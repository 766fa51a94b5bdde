import type { Clock, JobStore } from './ports.js';
import { placesOf } from './schedule.js';

export interface QueueWatchParts {
  readonly jobs: Pick<JobStore, 'get' | 'listActive'>;
  readonly clock: Clock;
  readonly changed: (jobId: number) => void;
}

/** The expected start moves with the progress of the jobs that run: told this often at most. */
const expectationEveryMs = 60_000;

/**
 * A listener for changes of jobs: when one enters, leaves or moves in the queue, the others whose place it changed are
 * told to have changed as well, so that their messages stay true.
 */
export function createQueueWatch({ jobs, clock, changed }: QueueWatchParts): (jobId: number) => void {
  let places = placesOf(jobs.listActive());
  let toldAt = clock();

  function refresh(about: number): void {
    const before = places;
    // Set before anybody is told: telling comes back here.
    places = placesOf(jobs.listActive());
    for (const [id, place] of places) if (id !== about && before.get(id) !== place) changed(id);
  }

  return (jobId) => {
    const waits = jobs.get(jobId)?.state.name === 'queued';
    if (waits || places.has(jobId)) refresh(jobId);
    else if (places.size > 0 && Math.abs(clock() - toldAt) >= expectationEveryMs) {
      toldAt = clock();
      for (const id of places.keys()) changed(id);
    }
  };
}

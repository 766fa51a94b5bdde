import type { Job } from '../../domain/job.js';
import type { JobStore } from '../jobs/ports.js';
import type { GpuDesk } from './create-gpu-desk.js';

export interface TellCardsParts {
  readonly jobs: Pick<JobStore, 'listActive'>;
  readonly gpu: Pick<GpuDesk, 'cardOf'>;
  /** Tells the listeners that a job changed. */
  readonly changed: (jobId: number) => void;
  readonly everyMs?: number;
}

/**
 * A run that logs seldom would show a card as it was minutes ago: its message is offered a new look once a minute, as often as its
 * "Updated" moves anyway. Returns the way to stop that.
 */
export function tellCards({ jobs, gpu, changed, everyMs = 60_000 }: TellCardsParts): () => void {
  const isShown = (job: Job): boolean => job.state.name === 'running' && gpu.cardOf(job) !== undefined;
  const timer = setInterval(() => {
    for (const job of jobs.listActive().filter(isShown)) changed(job.id);
  }, everyMs).unref();
  return () => clearInterval(timer);
}

import type { Job } from '../../../domain/job.js';
import type { Finding } from '../../../domain/plan.js';
import { blocker } from '../findings.js';
import { isSameName } from './rights.js';

/** Uploads to this repository that have not ended, in the order of the queue. */
export function uploadsTo(repoId: string, active: readonly Job[]): readonly Job[] {
  return active.filter(({ plan }) => plan.kind === 'upload' && isSameName(plan.repoId, repoId));
}

/** Whether another upload to the same repository waits or runs. */
export function checkUnderWay(repoId: string, active: readonly Job[]): readonly Finding[] {
  const [other] = uploadsTo(repoId, active);
  if (!other) return [];
  return [
    blocker(
      'upload-under-way',
      `${nameUpload(other)} ${repoId}.`,
      `Wait for its end, cancel job ${other.id}, or choose another name.`,
    ),
  ];
}

/** `Job 5 waits to upload to`, to be followed by the repository. */
export function nameUpload({ id, state }: Job): string {
  return state.name === 'queued' ? `Job ${id} waits to upload to` : `Job ${id} uploads to`;
}

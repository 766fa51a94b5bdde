import { stat } from 'node:fs/promises';
import type { Job } from '../../domain/job.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import { checkCheckpoint, listCheckpoints, type Checkpoint } from '../toolset/checkpoints.js';

/** What of a job's run can be gone on from. */
export type NewestCheckpoint =
  | { readonly found: true; readonly path: string; readonly step: number }
  /** Why there is none, one sentence. */
  | { readonly found: false; readonly why: string };

/** File systems round times. */
const clockToleranceMs = 2_000;

/** The checkpoint with the highest step of the job's own run folder whose files are all there and whole. Never rejects. */
export async function findNewestCheckpoint(
  job: Pick<Job, 'runPath' | 'startedAt' | 'createdAt'>,
  { layout }: Pick<TrainPlan, 'layout'>,
): Promise<NewestCheckpoint> {
  if (job.runPath === undefined) return { found: false, why: 'It never told where its run folder is.' };
  const since = (job.startedAt ?? job.createdAt) - clockToleranceMs;
  let broken = 0;
  for (const checkpoint of (await listCheckpoints({ path: job.runPath }, layout)).toReversed()) {
    // A folder that every run uses (mlx) holds what earlier ones left.
    if (layout.kind === 'single' && (await changedAt(checkpoint)) < since) continue;
    if ((await checkCheckpoint(checkpoint, layout)).whole) {
      return { found: true, path: checkpoint.path, step: checkpoint.step };
    }
    broken += 1;
  }
  return {
    found: false,
    why: broken === 0 ? 'It left no checkpoint.' : 'It left no checkpoint whose files are all whole.',
  };
}

/** Epoch ms; 0 when it is gone. */
async function changedAt({ path }: Checkpoint): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

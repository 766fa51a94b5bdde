import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isEnded, type Job } from '../../src/domain/job.js';
import type { UploadPlan } from '../../src/domain/upload-plan.js';
import { makeHub, type RunningHub } from './hub.js';
import { createMovedClock, openUploads, planUpload, type Uploads } from './upload-jobs.js';
import type { Trained } from './upload-program.js';

/** The paths that take bytes. */
export const bytes = /^\/lfs-upload\//;
export const minute = 60_000;
/** The stages of the program that can be made to break. */
export const stages = ['merge', 'push', 'convert', 'files', 'card'] as const;
export const fault = (text: string) => ({ MINI_UPLOAD_FAULT: text });
/** Goes through all stages. */
export const withGguf = { quantizations: ['Q4_K_M'], saveMethod: 'merged_16bit' } as const;

/** A Hub, a bot whose clock can be moved, and a plan. */
export async function makeTries(
  trained: Trained,
  over: Partial<UploadPlan> = {},
  env: Readonly<Record<string, string>> = {},
) {
  const hub = await makeHub();
  const clock = createMovedClock();
  const uploads = await openUploads({ hub, clock: clock.now, env });
  uploads.supervisor.start();
  const plan = await planUpload(trained, over);
  return { hub, clock, uploads, plan, begin: () => uploads.confirm(plan) };
}

export const ended = (uploads: Uploads, id: number) => uploads.until(id, isEnded);

/** The job, once it waits for this try. */
export const waiting = (uploads: Uploads, id: number, next = 2) =>
  uploads.until(id, (state) => state.name === 'queued' && state.retry?.next === next);

export function retryOf(job: Job) {
  if (job.state.name !== 'queued' || !job.state.retry) throw new Error(`no retry: ${job.state.name}`);
  return job.state.retry;
}

/** Files whose bytes the Hub took, since so many requests. */
export const sentBytes = (hub: RunningHub, from = 0) =>
  hub.arrived.slice(from).filter(({ path, status }) => bytes.test(path) && status === 200);

export const outputOf = ({ dataDir }: Uploads, id: number, attempt = 1) =>
  readFileSync(join(dataDir, 'jobs', String(id), `attempt-${attempt}`, 'output.log'), 'utf8');

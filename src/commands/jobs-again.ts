import type { Job } from '../domain/job.js';
import type { ProposedPlan } from '../domain/plan.js';
import type { TrainPlan } from '../domain/train-plan.js';
import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import { findNewestCheckpoint } from '../services/training/newest-checkpoint.js';
import type { TrainingDesk, TrainRequest } from '../services/training/training-desk.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import { planMessage } from '../views/plan-message.js';
import type { Invocation } from './command.js';
import { cardPreviewOf } from './plan-card.js';

export interface JobsAgainParts {
  readonly jobs: JobDesk;
  readonly plans: PlanDesk;
  readonly training: TrainingDesk;
  /** For the model card of an upload that is retried; absent: its plan shows none. */
  readonly uploads?: Pick<UploadDesk, 'card'>;
}

/** The same once more, as a plan with its buttons. */
export async function retryJob(parts: JobsAgainParts, id: number, invocation: Invocation): Promise<void> {
  const job = parts.jobs.requireOwn(id, invocation.actor);
  requireUnfinished(job, 'retried');
  // An upload's kind leaves out what an earlier job made already.
  const plan =
    job.plan.kind === 'train'
      ? await parts.training.plan(requestOf(job.plan))
      : await parts.plans.replan(job.plan);
  await propose(parts, plan, invocation);
}

/** Goes on from the newest checkpoint of the job's run that is whole, as a plan with its buttons. */
export async function resumeJob(parts: JobsAgainParts, id: number, invocation: Invocation): Promise<void> {
  const job = parts.jobs.requireOwn(id, invocation.actor);
  if (job.plan.kind !== 'train') {
    throw new UserError(`Job ${job.id} is an upload, which has no checkpoints.`, 'Use /jobs retry for it.');
  }
  requireUnfinished(job, 'resumed');
  requireOwnFolder(parts.jobs, job, job.plan);
  const newest = await findNewestCheckpoint(job, job.plan);
  if (!newest.found) {
    throw new UserError(
      `Job ${job.id} cannot be resumed. ${newest.why}`,
      'Use /jobs retry to begin it anew, or /train with resume_from.',
    );
  }
  const request = { ...requestOf(job.plan), resumeFrom: newest.path };
  await propose(parts, await parts.training.plan(request), invocation);
}

/** Only its own person sees the answer, so its expiry cannot be shown there: the message tells when it is. */
async function propose(parts: JobsAgainParts, plan: ProposedPlan, invocation: Invocation): Promise<void> {
  const card = await cardPreviewOf(parts.uploads, plan);
  await invocation.reply(planMessage(parts.plans.propose(plan, invocation.actor), card));
}

function requireUnfinished({ id, kind, state }: Job, what: 'retried' | 'resumed'): void {
  if (state.name === 'failed' || state.name === 'cancelled' || state.name === 'lost') return;
  if (state.name === 'succeeded') {
    throw new UserError(
      `Job ${id} has succeeded: there is nothing to be ${what}.`,
      kind === 'upload'
        ? 'Use /upload to upload once more.'
        : 'Use /train to train once more, with resume_from to go on from a checkpoint.',
    );
  }
  throw new UserError(
    `Job ${id} is not over, so it cannot be ${what}.`,
    'Wait for its end, or cancel it first with /jobs cancel.',
  );
}

/** Where all runs share a folder (mlx), a later one has written over what this one left. */
function requireOwnFolder(jobs: JobDesk, job: Job, { layout }: TrainPlan): void {
  if (layout.kind !== 'single' || job.runPath === undefined) return;
  const newest = jobs.findByRunPath(job.runPath);
  if (newest === undefined || newest.id === job.id) return;
  throw new UserError(
    `Job ${job.id} cannot be resumed: job ${newest.id} has used the same folder since.`,
    'Use /jobs retry to begin it anew.',
  );
}

/** The request that made this plan. */
function requestOf({ platform, method, overrides, dryRun, resumeFrom, note }: TrainPlan): TrainRequest {
  return {
    platform,
    method,
    overrides,
    dryRun,
    ...(resumeFrom !== undefined && { resumeFrom: resumeFrom.path }),
    ...(note !== undefined && { note }),
  };
}

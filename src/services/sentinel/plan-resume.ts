import type { Job } from '../../domain/job.js';
import type { Episode } from '../../domain/sentinel/episode.js';
import { settingOf, type TrainPlan } from '../../domain/train-plan.js';
import { UserError } from '../../domain/user-error.js';
import type { TrainingDesk, TrainRequest } from '../training/training-desk.js';
import { findHealthyCheckpoint } from './healthy-checkpoint.js';
import type { ResumedPlan } from './sentinel-desk.js';

/** The training of a job planned anew from before an episode, with half its learning rate. Throws UserError. */
export async function planResume(
  training: Pick<TrainingDesk, 'plan'>,
  { id, plan, runPath }: Job,
  episode: Episode,
): Promise<ResumedPlan> {
  if (plan.kind !== 'train') throw new UserError(`Job ${id} is no training: it cannot be resumed.`);
  // Looked for again: those of the time of the alarm may have been removed since.
  const checkpoint = await findHealthyCheckpoint(plan, runPath, episode.healthyStep);
  if (!checkpoint) {
    throw new UserError(
      `Job ${id} has no whole checkpoint from before the alarm any more. Nothing was stopped.`,
      'Stop it with its Cancel button, and start anew with /train.',
    );
  }
  const request: TrainRequest = {
    platform: plan.platform,
    method: plan.method,
    overrides: plan.overrides,
    resumeFrom: checkpoint.path,
    dryRun: false,
    ...(plan.note !== undefined && { note: plan.note }),
  };
  const halved = halvedRate(plan);
  if (halved !== undefined) {
    const overrides = { ...plan.overrides, learning_rate: halved };
    const planned = await planOrRefusal(training, { ...request, overrides });
    if (planned) return { plan: planned, checkpoint, halved: true };
  }
  return { plan: await training.plan(request), checkpoint, halved: false };
}

/** Undefined when the request is refused: this trainer has no flag for the learning rate. */
async function planOrRefusal(
  training: Pick<TrainingDesk, 'plan'>,
  request: TrainRequest,
): Promise<TrainPlan | undefined> {
  try {
    return await training.plan(request);
  } catch (error) {
    // What else stands against it is told by the request without a learning rate.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** Without the digits that halving a decimal fraction leaves at its end. */
function halvedRate(plan: TrainPlan): number | undefined {
  const rate = Number(settingOf(plan, 'learning_rate')?.value);
  return Number.isFinite(rate) && rate > 0 ? Number((rate / 2).toPrecision(12)) : undefined;
}

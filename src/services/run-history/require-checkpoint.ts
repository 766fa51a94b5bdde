import { UserError } from '../../domain/user-error.js';
import { checkCheckpoint, listCheckpoints } from '../toolset/checkpoints.js';
import type { FoundRun } from './find-runs.js';

/** The path of a checkpoint that a training can go on from. Throws UserError. */
export async function requireCheckpoint({ run, layout, backend }: FoundRun, step: number): Promise<string> {
  if (backend.manifest.flags.resume === undefined) {
    throw new UserError(`Trainings with ${backend.manifest.label} cannot go on from a checkpoint.`);
  }
  const checkpoint = (await listCheckpoints(run, layout)).find((one) => one.step === step);
  if (!checkpoint) {
    throw new UserError(
      `${run.name} has no checkpoint at step ${step} any more.`,
      'Give /checkpoints again: older checkpoints vanish while training goes on.',
    );
  }
  const whole = await checkCheckpoint(checkpoint, layout);
  if (whole.whole) return checkpoint.path;
  throw new UserError(`${checkpoint.name} is incomplete: ${whole.why}.`, 'Choose another checkpoint.');
}

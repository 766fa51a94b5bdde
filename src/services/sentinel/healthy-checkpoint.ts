import { basename } from 'node:path';
import type { HealthyCheckpoint } from '../../domain/sentinel/episode.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import { checkCheckpoint, listCheckpoints } from '../toolset/checkpoints.js';

/**
 * The newest whole checkpoint of a run up to `healthyStep`; in a run that was resumed and has none yet, the one it went
 * on from. Undefined when there is none (older ones vanish while training goes on).
 */
export async function findHealthyCheckpoint(
  plan: TrainPlan,
  runPath: string | undefined,
  healthyStep: number | undefined,
): Promise<HealthyCheckpoint | undefined> {
  if (healthyStep === undefined) return undefined;
  const own = runPath === undefined ? [] : await listCheckpoints({ path: runPath }, plan.layout);
  const { resumeFrom } = plan;
  const before =
    resumeFrom?.step === undefined
      ? []
      : [{ name: basename(resumeFrom.path), path: resumeFrom.path, step: resumeFrom.step }];
  for (const checkpoint of [...own.toReversed(), ...before]) {
    if (checkpoint.step > healthyStep) continue;
    if ((await checkCheckpoint(checkpoint, plan.layout)).whole) {
      return { step: checkpoint.step, path: checkpoint.path };
    }
  }
  return undefined;
}

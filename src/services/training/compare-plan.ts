import { basename } from 'node:path';
import type { PinnedFile } from '../../domain/plan.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import { checkCheckpoint } from '../toolset/checkpoints.js';
import { comparePin } from '../toolset/pin-file.js';

/** What changed since the plan was made, a sentence each: dataset, config file, the checkpoint to go on from. */
export async function comparePlan(plan: TrainPlan): Promise<readonly string[]> {
  const changes = await Promise.all([
    plan.dataset && describeChange(`The dataset ${plan.dataset.name}`, plan.dataset),
    describeChange(`The config file ${plan.configFile.path}`, plan.configFile),
    describeResume(plan),
  ]);
  return changes.filter((change) => change !== undefined);
}

async function describeChange(what: string, pinned: PinnedFile): Promise<string | undefined> {
  switch (await comparePin(pinned)) {
    case 'same':
      return undefined;
    case 'gone':
      return `${what} is not there any more.`;
    case 'appeared':
      return `${what} was not there and now is.`;
    default:
      return `${what} has changed.`;
  }
}

async function describeResume({ resumeFrom, layout }: TrainPlan): Promise<string | undefined> {
  if (!resumeFrom) return undefined;
  const { path, label, step = 0 } = resumeFrom;
  const { whole } = await checkCheckpoint({ name: basename(path), path, step }, layout);
  return whole ? undefined : `The checkpoint ${label} is not complete any more, or gone.`;
}

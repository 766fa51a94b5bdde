import { isEnded, type Job } from '../../domain/job.js';
import type { ProposedPlan } from '../../domain/plan.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import type { JobKindRules } from '../jobs/kinds.js';
import type { JobWatch } from '../sentinel/job-watch.js';
import type { TrainingDesk } from '../training/training-desk.js';
import { followRun } from './follow-run.js';
import { createTrainTracker } from './train-tracker.js';

export interface TrainKindParts {
  readonly training: Pick<TrainingDesk, 'compare' | 'replan'>;
  /** For the child: the public environment and the secrets that the toolset's programs need. */
  readonly environment: Readonly<Record<string, string>>;
  /** The sentinel of a job that runs; absent: nobody watches. */
  readonly watch?: (job: Job, plan: TrainPlan) => JobWatch;
}

/** The rules of jobs that train. */
export function createTrainKind({ training, environment, watch }: TrainKindParts): JobKindRules {
  return {
    kind: 'train',
    // A dry run loads the model too.
    needsSlot: () => true,
    compare: (plan) => training.compare(requireTrain(plan)),
    replan: (plan) => training.replan(requireTrain(plan)),
    environment: () => environment,
    track(job, dir) {
      const plan = requireTrain(job.plan);
      return createTrainTracker({
        job,
        plan,
        dir,
        follow: (runPath) => followRun(plan.layout, runPath),
        // A dry run trains nothing; of a job that is over all was seen.
        ...(watch && !plan.dryRun && !isEnded(job.state) && { watch: watch(job, plan) }),
      });
    },
  };
}

function requireTrain(plan: ProposedPlan): TrainPlan {
  if (plan.kind !== 'train') throw new Error(`A plan of kind ${plan.kind} is no training`);
  return plan;
}

import type { Plan, ProposedPlan } from '../../domain/plan.js';
import type { UploadPlan } from '../../domain/upload-plan.js';
import type { HubClient } from '../hub/ports.js';
import type { Log } from '../jobs/job-changes.js';
import type { JobKindRules } from '../jobs/kinds.js';
import type { Clock } from '../jobs/ports.js';
import type { UploadDesk } from '../uploads/upload-desk.js';
import { readMade } from './made-record.js';
import { prepareUpload } from './prepare-upload.js';
import { createUploadTracker } from './upload-tracker.js';

export interface UploadKindParts {
  readonly uploads: Pick<UploadDesk, 'compare' | 'replan' | 'card'>;
  readonly hub: HubClient;
  /** For the child: the public environment and the secrets that the toolset's programs need. */
  readonly environment: Readonly<Record<string, string>>;
  /** Texts that must stand in no message. */
  readonly secrets: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** 0 ≤ u < 1, for the waits between tries; absent: by chance. */
  readonly random?: () => number;
}

/** The rules of jobs that upload. */
export function createUploadKind(parts: UploadKindParts): JobKindRules {
  const { uploads, hub, environment, secrets, clock, log, random = Math.random } = parts;
  const card = (plan: UploadPlan): Promise<string> => uploads.card(plan);
  const settle = { hub, card, secrets, clock, log, random };
  return {
    kind: 'upload',
    needsSlot: ({ plan, state }) => {
      const { saveMethod, quantizations, made } = requireUpload(plan);
      const retry = state.name === 'queued' || state.name === 'starting' ? state.retry : undefined;
      return !made && !retry?.made && (saveMethod !== 'lora' || quantizations.length > 0);
    },
    // They share the line to the Hub and the disk.
    laneOf: () => 'upload',
    prepare: (job, dir) =>
      prepareUpload(
        { compare: (plan, of) => uploads.compare(plan, of), card, clock, random },
        job,
        requireUpload(job.plan),
        dir,
      ),
    compare: (plan, job) => uploads.compare(requireUpload(plan), job),
    replan: (plan) => replan(uploads, plan),
    environment: () => environment,
    track: (job, dir) => createUploadTracker(settle, job, requireUpload(job.plan), dir),
  };
}

/** Codes of findings about the disk for copies, llama.cpp, the program and its interpreter. */
const ofMaking =
  /^(?:disk|program-missing|llama-cpp-.*|interpreter-.*|environment-unknown|no-cuda|no-metal)$/;

/** Each upload anew; one whose files an earlier job made pushes them alone. */
async function replan(uploads: UploadKindParts['uploads'], plan: ProposedPlan): Promise<ProposedPlan> {
  if (plan.kind === 'train') throw new Error('A plan of a training is no upload');
  const made = await uploads.replan(plan);
  if (made.kind === 'upload') return markMade(made);
  return { ...made, uploads: await Promise.all(made.uploads.map(markMade)) };
}

async function markMade(plan: UploadPlan): Promise<UploadPlan> {
  const { made: _, ...fresh } = plan;
  if (!(await readMade(fresh))) return fresh;
  // What would keep it from being made again does not keep it from being pushed.
  const findings = fresh.findings.filter(({ code }) => !ofMaking.test(code));
  return { ...fresh, made: true, diskBytes: 0, findings };
}

function requireUpload(plan: Plan): UploadPlan {
  if (plan.kind !== 'upload') throw new Error(`A plan of kind ${plan.kind} is no upload`);
  return plan;
}

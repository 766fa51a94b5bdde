import { UserError } from '../../domain/user-error.js';
import { saveMethods, type UploadBatch, type UploadPlan } from '../../domain/upload-plan.js';
import { comparePlan } from './compare-plan.js';
import { planWishes, requireProgram, wishesOf, type Wish } from './make-plan.js';
import { writeCard } from './model-card.js';
import { parseRepo } from './parse-repo.js';
import type { UploadParts } from './parts.js';
import { sizeModel } from './plan-model.js';
import { saveBytes } from './sizes.js';
import type { UploadDesk } from './upload-desk.js';

/** The desk over the runs found, the Hub and this machine. */
export function createUploadDesk(parts: UploadParts): UploadDesk {
  const { toolset, username } = parts;
  const known = Object.keys(toolset.manifest.upload?.quantizations ?? {});
  return {
    username,
    quantizations: known,
    defaultQuantizations: known.slice(0, toolset.manifest.upload?.usualQuantizations),
    parseRepo: (typed) => parseRepo(typed, username),
    async estimate(choice) {
      requireProgram(parts);
      const { found, full } = await sizeModel(parts, choice);
      if (found.incomplete !== undefined) {
        throw new UserError(
          `${found.source.checkpoint} is not complete: ${found.incomplete}.`,
          'Choose another checkpoint.',
        );
      }
      return saveMethods.map((saveMethod) => ({
        saveMethod,
        uploadBytes: saveBytes(saveMethod, found.size, full),
      }));
    },
    plan: async (request) => planWishes(parts, wishesOf(parts, request)),
    compare: (plan, job) => comparePlan(parts, plan, job),
    replan: (plan) => planWishes(parts, wishesAgain(plan)),
    card: (plan) => writeCard(parts, plan),
  };
}

/** The uploads of a plan asked for anew, each with the repository that it has. */
function wishesAgain(plan: UploadPlan | UploadBatch): readonly Wish[] {
  const uploads = plan.kind === 'upload' ? [plan] : plan.uploads;
  return uploads.map(({ source, repoId, saveMethod = 'lora', quantizations, private: hidden }) =>
    source.kind === 'hub'
      ? { repoId: source.repoId, quantizations, private: hidden }
      : {
          choice: { run: source.runId, checkpoint: source.step ?? 'final' },
          repoId,
          saveMethod,
          quantizations,
          private: hidden,
        },
  );
}

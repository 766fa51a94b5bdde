import type { ProposedPlan } from '../domain/plan.js';
import { plansOf } from '../domain/plan.js';
import { UserError } from '../domain/user-error.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import type { MessageFile } from '../views/message.js';

/** Discord's limit of files in a message. */
const maxFiles = 10;

/** The model card for the summary, of the first upload; none where there is none, or it cannot be made. */
export async function cardPreviewOf(
  uploads: Pick<UploadDesk, 'card'> | undefined,
  plan: ProposedPlan,
): Promise<{ readonly card?: string }> {
  const [first] = plansOf(plan);
  if (!uploads || first?.kind !== 'upload') return {};
  // The summary is about the upload: a card that cannot be shown is told when it is asked for.
  const card = await uploads.card(first).catch(() => undefined);
  return card === undefined ? {} : { card };
}

/** The whole cards of a plan, a file each. Throws UserError for a plan without any. */
export async function cardFilesOf(uploads: UploadDesk, plan: ProposedPlan): Promise<readonly MessageFile[]> {
  const plans = plansOf(plan).slice(0, maxFiles);
  if (plans.some(({ kind }) => kind !== 'upload')) {
    throw new UserError('This plan has no model card.', 'Uploads have one.');
  }
  return Promise.all(
    plans.flatMap((one) => {
      if (one.kind !== 'upload') return [];
      const name = `${one.repoId.replace(/[^\w.-]+/g, '_')}-README.md`;
      const description = `Model card of ${one.repoId}`;
      return [uploads.card(one).then((text) => ({ name, data: Buffer.from(text, 'utf8'), description }))];
    }),
  );
}

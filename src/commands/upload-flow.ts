import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import {
  goBackTo,
  nextStep,
  stepBefore,
  type UploadWizard,
  type WizardStep,
} from '../domain/upload-wizard.js';
import { UserError } from '../domain/user-error.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { WizardQuestion } from '../views/upload-wizard-body.js';
import { uploadWizardMessage } from '../views/upload-wizard-message.js';
import type { Invocation } from './command.js';
import type { OpenDraft } from './upload-draft.js';
import type { UploadCommandParts } from './upload-parts.js';
import { planUpload } from './upload-proposal.js';

type Problem = { readonly message: string; readonly remedy?: string | undefined };

/**
 * Asks the next question in the person's own message; when nothing is left to ask, shows the plan in the channel. What
 * turns out to be impossible is asked anew, with the reason above it. Throws UserError where there is nothing to ask anew.
 */
export async function advance(
  parts: UploadCommandParts,
  draft: OpenDraft,
  invocation: Invocation,
  problem?: Problem,
): Promise<void> {
  try {
    const settled = await settle(parts, draft);
    const step = nextStep(settled.wizard);
    if (step === undefined) await planUpload(parts, settled, invocation);
    else await ask(parts, settled, step, invocation, problem);
  } catch (error) {
    const before = stepBefore(draft.wizard);
    if (!(error instanceof UserError) || before === undefined) throw error;
    const back = draft.save(goBackTo(draft.wizard, before));
    if (back) await advance(parts, back, invocation, error);
  }
}

async function ask(
  parts: UploadCommandParts,
  { id: draftId, wizard }: OpenDraft,
  step: WizardStep,
  { reply }: Invocation,
  problem?: Problem,
): Promise<void> {
  const question = await readQuestion(parts, wizard, step);
  const canGoBack = stepBefore(wizard) !== undefined;
  const options = { draftId, canGoBack, ...(problem && { problem }) };
  await reply(uploadWizardMessage(wizard, question, options));
}

/** Takes what has one possible answer: a lone final model. */
async function settle({ runs }: UploadCommandParts, draft: OpenDraft): Promise<OpenDraft> {
  const { wizard } = draft;
  if (nextStep(wizard) !== 'checkpoints' || wizard.run === undefined) return draft;
  const shown = await runs.show(wizard.run.id);
  if (!hasFinalModelAlone(shown)) return draft;
  const skipped = [...wizard.skipped, 'checkpoints' as const];
  return draft.save({ ...wizard, checkpoints: ['final'], skipped }) ?? draft;
}

function hasFinalModelAlone({ checkpoints, finalModel }: RunCheckpoints): boolean {
  return checkpoints.length === 0 && finalModel !== undefined && finalModel.incomplete === undefined;
}

/** What a step shows. Throws UserError when what was chosen before it is gone. */
async function readQuestion(
  { runs, uploads }: UploadCommandParts,
  wizard: UploadWizard,
  step: WizardStep,
): Promise<WizardQuestion> {
  switch (step) {
    case 'type':
      return { step, types: await runs.listTypes() };
    case 'run':
      return { step, page: await runs.listPage({ ...wizard.type }, wizard.page) };
    case 'checkpoints':
      return { step, run: await showWhole(runs, wizard) };
    case 'repo':
      return { step, ...(uploads.username !== undefined && { username: uploads.username }) };
    case 'save': {
      const [checkpoint = 'final'] = wizard.checkpoints ?? [];
      return { step, estimates: await uploads.estimate({ run: wizard.run?.id ?? '', checkpoint }) };
    }
    default:
      return { step, quantizations: uploads.quantizations };
  }
}

async function showWhole(runs: RunDesk, { run }: UploadWizard): Promise<RunCheckpoints> {
  const shown = await runs.show(run?.id ?? '');
  const models = [...shown.checkpoints, ...(shown.finalModel ? [shown.finalModel] : [])];
  if (models.some(({ incomplete }) => incomplete === undefined)) return shown;
  throw new UserError(`${shown.name} has no model that is whole.`, 'Choose another run.');
}

/** A name to begin with: what the run is of. */
export function suggestRepo({ source, run }: UploadWizard): string | undefined {
  if (source === 'hub' || run === undefined) return undefined;
  const name = `${run.method}-${run.name}`.replace(/[^\w.-]+/g, '-').replace(/-{2,}|\.{2,}/g, '-');
  const trimmed = name
    .replace(/^[^a-z\d_]+/i, '')
    .slice(0, 90)
    .replace(/[^a-z\d_]+$/i, '');
  return trimmed === '' ? undefined : trimmed;
}

import { saveMethods } from '../domain/upload-plan.js';
import type { UploadWizard, WizardStep } from '../domain/upload-wizard.js';
import { UserError } from '../domain/user-error.js';
import { hubValue, typeValue } from '../views/upload-wizard-runs.js';
import { readCheckpoints, requireQuantizations, runOf } from './upload-options.js';
import type { UploadCommandParts } from './upload-parts.js';

/** What a choice in the menu of a step answers. Throws UserError for what the menu does not offer: anyone can forge it. */
export async function answerOf(
  { runs, uploads }: UploadCommandParts,
  wizard: UploadWizard,
  step: WizardStep | undefined,
  values: readonly string[],
): Promise<Partial<UploadWizard>> {
  const [value = ''] = values;
  switch (step) {
    case 'type': {
      if (value === hubValue) return { source: 'hub', private: false };
      const type = (await runs.listTypes()).find((one) => typeValue(one) === value);
      if (!type) break;
      return { source: 'run', type: { platform: type.platform, method: type.method }, page: 0 };
    }
    case 'run':
      return { run: runOf(await runs.show(value)) };
    case 'checkpoints':
      return { checkpoints: readCheckpoints(values.join(','), await runs.show(wizard.run?.id ?? '')) };
    case 'save': {
      const saveMethod = saveMethods.find((one) => one === value);
      if (!saveMethod) break;
      return { saveMethod };
    }
    case 'gguf':
      // Not an answer yet: the button beside the menu is.
      return { marked: requireQuantizations(values, uploads) };
    default:
  }
  throw new UserError('This choice is no longer known.', 'Choose one of the menu as it is now.');
}

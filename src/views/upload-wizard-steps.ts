import type { UploadWizard } from '../domain/upload-wizard.js';
import type { StepBody, StepOptions, WizardQuestion } from './upload-wizard-body.js';
import { askCheckpoints, askRun, askType } from './upload-wizard-runs.js';
import { askGguf, askRepo, askSave } from './upload-wizard-target.js';

/** What a step asks and offers. */
export function stepBody(wizard: UploadWizard, question: WizardQuestion, options: StepOptions): StepBody {
  switch (question.step) {
    case 'type':
      return askType(question, options);
    case 'run':
      return askRun(question, options);
    case 'checkpoints':
      return askCheckpoints(question, options);
    case 'repo':
      return askRepo(wizard, question, options);
    case 'save':
      return askSave(wizard, question, options);
    default:
      return askGguf(wizard, question, options);
  }
}

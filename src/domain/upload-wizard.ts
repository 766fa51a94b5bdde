import type { Snowflake } from './job.js';
import type { SaveMethod } from './upload-plan.js';

/** What `/upload` asks for, in this order. */
export const wizardSteps = ['type', 'run', 'checkpoints', 'repo', 'save', 'gguf'] as const;
export type WizardStep = (typeof wizardSteps)[number];

/** A run's final model, or its checkpoint at a step. */
export type WizardCheckpoint = 'final' | number;

/** A run as it was chosen: looked up again by its id, shown by the others. */
export interface WizardRun {
  readonly id: string;
  readonly name: string;
  readonly method: string;
  readonly methodLabel: string;
}

/** What is known so far of an upload that is being asked for. Kept as a draft between two presses. */
export interface UploadWizard {
  readonly requestedBy: Snowflake;
  /** Steps that the command's options answered: never asked, never taken back. */
  readonly fixed: readonly WizardStep[];
  /** Steps that had one possible answer: taken without asking, asked anew when one before them changes. */
  readonly skipped: readonly WizardStep[];
  readonly source?: 'run' | 'hub' | undefined;
  readonly type?: { readonly platform: string; readonly method: string } | undefined;
  readonly run?: WizardRun | undefined;
  readonly checkpoints?: readonly WizardCheckpoint[] | undefined;
  /** As it was parsed, `namespace/name`; for a source on the Hub the source itself. */
  readonly repo?: string | undefined;
  readonly saveMethod?: SaveMethod | undefined;
  /** Empty: no GGUF files. Absent: not answered. */
  readonly quantizations?: readonly string[] | undefined;
  readonly private: boolean;
  /** Quantizations that are marked in the menu, before they are an answer. */
  readonly marked: readonly string[];
  /** Page of the list of runs, 0 is the first. */
  readonly page: number;
  /** The plan that was shown when everything was known. */
  readonly planId?: string | undefined;
}

/** The steps of this upload: GGUF of a repository on the Hub takes no run and no save method. */
export function stepsOf({ source }: UploadWizard): readonly WizardStep[] {
  return source === 'hub' ? ['type', 'repo', 'gguf'] : wizardSteps;
}

/** The first step that has no answer yet; undefined: everything is known. */
export function nextStep(wizard: UploadWizard): WizardStep | undefined {
  return stepsOf(wizard).find((step) => !isAnswered(wizard, step));
}

function isAnswered(wizard: UploadWizard, step: WizardStep): boolean {
  switch (step) {
    case 'type':
      return wizard.source === 'hub' || wizard.type !== undefined || wizard.run !== undefined;
    case 'run':
      return wizard.run !== undefined;
    case 'checkpoints':
      return wizard.checkpoints !== undefined;
    case 'repo':
      return wizard.repo !== undefined;
    case 'save':
      return wizard.saveMethod !== undefined;
    default:
      return wizard.quantizations !== undefined;
  }
}

/** The step that Back leads to: the nearest before the present one that a person answered; undefined: there is none. */
export function stepBefore(wizard: UploadWizard): WizardStep | undefined {
  const steps = stepsOf(wizard);
  const now = nextStep(wizard);
  const before = now === undefined ? steps : steps.slice(0, steps.indexOf(now));
  return before.findLast((step) => !wizard.fixed.includes(step) && !wizard.skipped.includes(step));
}

/** Takes the answer of a step back, and with it all answers after it but those of the command's options. */
export function goBackTo(wizard: UploadWizard, step: WizardStep): UploadWizard {
  const cleared = wizardSteps.slice(wizardSteps.indexOf(step)).filter((one) => !wizard.fixed.includes(one));
  const without = cleared.reduce<UploadWizard>((left, one) => ({ ...left, ...unanswered[one] }), wizard);
  return {
    ...without,
    planId: undefined,
    skipped: wizard.skipped.filter((one) => !cleared.includes(one)),
  };
}

const unanswered = {
  type: { source: undefined, type: undefined, page: 0 },
  run: { run: undefined },
  checkpoints: { checkpoints: undefined },
  repo: { repo: undefined },
  save: { saveMethod: undefined },
  gguf: { quantizations: undefined },
} as const satisfies Record<WizardStep, Partial<UploadWizard>>;

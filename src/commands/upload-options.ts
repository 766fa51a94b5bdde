import { z } from 'zod';
import type { Snowflake } from '../domain/job.js';
import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import { saveMethods } from '../domain/upload-plan.js';
import type { UploadWizard, WizardCheckpoint, WizardRun, WizardStep } from '../domain/upload-wizard.js';
import { UserError } from '../domain/user-error.js';
import type { RunDesk } from '../services/run-history/run-desk.js';
import type { UploadDesk } from '../services/uploads/upload-desk.js';
import { maxCheckpoints } from '../views/upload-wizard-runs.js';
import type { OptionValues } from './command.js';

const optionsSchema = z.object({
  run: z.string().optional(),
  checkpoint: z.string().optional(),
  repo: z.string().optional(),
  save_method: z.enum(saveMethods).optional(),
  gguf: z.boolean().optional(),
  quantizations: z.string().optional(),
  private: z.boolean().optional(),
  source: z.enum(['run', 'hub']).optional(),
});

type Options = z.infer<typeof optionsSchema>;

export interface OptionParts {
  readonly uploads: UploadDesk;
  readonly runs: Pick<RunDesk, 'show'>;
}

/** What the options of `/upload` answer already. Throws UserError for what cannot be, or does not go together. */
export async function readUploadOptions(
  { uploads, runs }: OptionParts,
  given: OptionValues,
  requestedBy: Snowflake,
): Promise<UploadWizard> {
  const options = optionsSchema.parse(given);
  const hub = options.source === 'hub';
  if (hub) refuseForHub(options);
  if (options.checkpoint !== undefined && options.run === undefined) {
    throw new UserError('A checkpoint was named without its run.', 'Name the run too, or leave both out.');
  }
  const shown = options.run === undefined ? undefined : await runs.show(options.run.trim());
  const quantizations = readQuantizations(options, uploads);
  const answers = {
    ...(options.source !== undefined && { source: options.source }),
    ...(shown && { source: 'run' as const, run: runOf(shown) }),
    ...(shown &&
      options.checkpoint !== undefined && { checkpoints: readCheckpoints(options.checkpoint, shown) }),
    ...(options.repo !== undefined && { repo: uploads.parseRepo(options.repo) }),
    ...(options.save_method && { saveMethod: options.save_method }),
    ...(quantizations && { quantizations }),
  };
  return {
    requestedBy,
    ...answers,
    fixed: fixedBy(options),
    skipped: [],
    // The program makes the repository of GGUF files public: nothing else is taken for granted.
    private: options.private ?? !hub,
    marked: quantizations && quantizations.length > 0 ? quantizations : uploads.defaultQuantizations,
    page: 0,
  };
}

function fixedBy(options: Options): WizardStep[] {
  const { run, checkpoint, repo, save_method, gguf, quantizations, source } = options;
  const steps: readonly (readonly [WizardStep, unknown])[] = [
    ['type', run ?? (source === 'hub' ? source : undefined)],
    ['run', run],
    ['checkpoints', checkpoint],
    ['repo', repo],
    ['save', save_method],
    ['gguf', gguf ?? quantizations],
  ];
  return steps.flatMap(([step, value]) => (value === undefined ? [] : [step]));
}

function refuseForHub({ run, checkpoint, save_method, gguf }: Options): void {
  const unfit = { run, checkpoint, save_method };
  const [name] = Object.entries(unfit).find(([, value]) => value !== undefined) ?? [];
  if (name !== undefined) {
    throw new UserError(
      `${name} does not go with source:hub.`,
      'GGUF files are made of the repository that repo names; leave it out.',
    );
  }
  if (gguf === false) {
    throw new UserError('source:hub makes GGUF files and nothing else.', 'Leave gguf out, or say yes.');
  }
}

export function runOf({ id, name, method, methodLabel }: RunCheckpoints): WizardRun {
  return { id, name, method, methodLabel };
}

/** `final`, `100`, `50, 100`: each must be whole. Throws UserError, naming what is wrong. */
export function readCheckpoints(typed: string, shown: RunCheckpoints): readonly WizardCheckpoint[] {
  const words = typed.split(/[\s,]+/).filter((word) => word !== '');
  const chosen = [...new Set(words.map((word) => readCheckpoint(word, shown)))];
  if (chosen.length === 0)
    throw new UserError('No checkpoint was named.', 'Write final, or a step such as 100.');
  if (chosen.length <= maxCheckpoints) return chosen;
  throw new UserError(`That is more than ${maxCheckpoints} checkpoints at once.`, 'Choose fewer.');
}

function readCheckpoint(word: string, shown: RunCheckpoints): WizardCheckpoint {
  const step = /^(?:checkpoint-)?(\d{1,15})$/.exec(word)?.[1];
  const final = /^final(?:_model)?$/i.test(word);
  const found = final ? shown.finalModel : shown.checkpoints.find((one) => String(one.step) === step);
  if (!found) {
    throw new UserError(
      `${shown.name} has no ${final ? 'final model' : `checkpoint "${word.slice(0, 60)}"`}.`,
      'Choose one of the list that appears while you type; /checkpoints shows all.',
    );
  }
  if (found.incomplete !== undefined) {
    throw new UserError(
      `The ${final ? 'final model' : `checkpoint at step ${step}`} is incomplete: ${found.incomplete}.`,
      'Choose another.',
    );
  }
  return final ? 'final' : Number(step);
}

/** Absent: to be asked for. Throws UserError for a kind that the program does not know. */
function readQuantizations(
  { gguf, quantizations }: Options,
  uploads: UploadDesk,
): readonly string[] | undefined {
  if (quantizations === undefined) {
    if (gguf === undefined) return undefined;
    return gguf ? uploads.defaultQuantizations : [];
  }
  if (gguf === false) {
    throw new UserError('Quantizations were named, but no GGUF files.', 'Say gguf:yes, or leave them out.');
  }
  return requireQuantizations(quantizations.split(/[\s,]+/), uploads);
}

/** In the program's spelling, each once. Throws UserError. */
export function requireQuantizations(
  words: readonly string[],
  { quantizations }: Pick<UploadDesk, 'quantizations'>,
): readonly string[] {
  const wanted = words.map((word) => word.toUpperCase()).filter((word) => word !== '');
  const unknown = wanted.find((word) => !quantizations.includes(word));
  if (unknown !== undefined || wanted.length === 0) {
    throw new UserError(
      unknown === undefined ? 'No quantization was named.' : `"${unknown.slice(0, 40)}" is no quantization.`,
      `There are: ${quantizations.join(', ')}.`,
    );
  }
  return quantizations.filter((one) => wanted.includes(one));
}

import type { RunCheckpoints } from '../domain/run-checkpoints.js';
import { UserError } from '../domain/user-error.js';
import type { AutocompleteRequest, Choice } from './command.js';
import type { UploadCommandParts } from './upload-parts.js';

/** Suggestions for `/upload`; where several may be named, for the last of them. */
export async function completeUpload(
  { runs, uploads }: Pick<UploadCommandParts, 'runs' | 'uploads'>,
  { option, typed, options }: AutocompleteRequest,
): Promise<readonly Choice[]> {
  switch (option) {
    case 'run':
      return runs.complete(typed);
    case 'checkpoint': {
      const { run } = options;
      if (typeof run !== 'string') return [];
      return listed(typed, checkpointChoices(await showKnown(runs, run)));
    }
    case 'quantizations':
      return listed(
        typed,
        uploads.quantizations.map((value) => ({ name: value, value })),
      );
    default:
      return [];
  }
}

async function showKnown(runs: UploadCommandParts['runs'], run: string): Promise<RunCheckpoints | undefined> {
  try {
    return await runs.show(run.trim());
  } catch (error) {
    // Half typed, or gone meanwhile: nothing to suggest.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function checkpointChoices(shown: RunCheckpoints | undefined): Choice[] {
  if (!shown) return [];
  const { checkpoints, finalModel, recommended } = shown;
  const whole = checkpoints.filter(({ incomplete }) => incomplete === undefined).toReversed();
  return [
    ...(finalModel && finalModel.incomplete === undefined ? [{ name: 'Final model', value: 'final' }] : []),
    ...whole.map(({ step }) => ({
      name: `Step ${step}${step === recommended?.step ? ', recommended' : ''}`,
      value: String(step),
    })),
  ];
}

/** Completes the last of several with commas between them; those before it stay. */
function listed(typed: string, choices: readonly Choice[]): Choice[] {
  const [, before = '', last = ''] = /^(.*[,\s])?([^,\s]*)$/s.exec(typed) ?? [];
  const given = before.split(/[,\s]+/).filter((word) => word !== '');
  const part = last.toLowerCase();
  return choices
    .filter(({ value }) => !given.includes(value))
    .filter(({ name, value }) => `${name} ${value}`.toLowerCase().includes(part))
    .slice(0, 25)
    .map(({ name, value }) =>
      given.length === 0
        ? { name, value }
        : { name: [...given, name].join(', '), value: [...given, value].join(', ') },
    );
}

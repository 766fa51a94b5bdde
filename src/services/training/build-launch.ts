import type { Launch } from '../../domain/plan.js';
import { overrideKeys } from '../../domain/train-plan.js';
import type { Backend } from '../toolset/create-toolset.js';
import type { CheckedOverrides } from './check-overrides.js';

export interface LaunchChoices {
  /** Absolute path of the interpreter. */
  readonly python: string;
  readonly overrides: CheckedOverrides;
  /** Absolute path of the dataset that was chosen in place of the config's. */
  readonly datasetPath?: string | undefined;
  readonly resumePath?: string | undefined;
  readonly dryRun: boolean;
}

/** The command: interpreter, the manifest's program, then a flag and its value as two arguments for each override. */
export function buildLaunch(backend: Backend, choices: LaunchChoices): Launch {
  const { program, flags, config } = backend.manifest;
  const argv: [string, ...string[]] = [
    choices.python,
    ...program.map((argument) => argument.replaceAll('{config}', config)),
  ];
  for (const key of overrideKeys) {
    const value = key === 'dataset' ? choices.datasetPath : choices.overrides.get(key);
    const flag = flags[key];
    if (flag !== undefined && value !== undefined) argv.push(flag, String(value));
  }
  if (flags.resume !== undefined && choices.resumePath !== undefined)
    argv.push(flags.resume, choices.resumePath);
  if (flags.dry_run !== undefined && choices.dryRun) argv.push(flags.dry_run);
  return {
    argv,
    cwd: backend.folder,
    env: {
      // Into a file Python writes in blocks: the step and the run's folder would be told minutes late.
      PYTHONUNBUFFERED: '1',
      // The programs print ✗ and ─, which a service without a locale could not encode.
      PYTHONIOENCODING: 'utf-8',
    },
  };
}

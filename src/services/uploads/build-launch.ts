import { join } from 'node:path';
import type { Launch } from '../../domain/plan.js';
import type { SaveMethod } from '../../domain/upload-plan.js';
import type { Toolset } from '../toolset/create-toolset.js';
import type { UploadProgram } from '../toolset/manifest/schema.js';

/** What is given to the program beside the model. */
export interface LaunchOfModel {
  readonly path: string;
  readonly repoId: string;
  readonly saveMethod: SaveMethod;
  readonly quantizations: readonly string[];
  readonly private: boolean;
  readonly modelSize?: string | undefined;
  readonly lineagePath?: string | undefined;
  readonly outputDir: string;
}

export interface LaunchOfRepository {
  readonly repoId: string;
  readonly quantizations: readonly string[];
}

type Program = Pick<UploadProgram, 'module' | 'cwd' | 'flags'>;

/** The command that uploads a model. The token is never part of it: arguments are public on a host. */
export function launchModel(
  toolset: Toolset,
  program: Program,
  python: string,
  given: LaunchOfModel,
): Launch {
  const { flags } = program;
  const gguf = given.quantizations.length > 0;
  return launch(toolset, program, [
    python,
    '-m',
    program.module,
    given.path,
    given.repoId,
    ...valueOf(flags.saveMethod, given.saveMethod),
    ...valueOf(flags.modelSize, given.modelSize),
    ...(gguf ? [...switchOf(flags.gguf), ...listOf(flags.quantizations, given.quantizations)] : []),
    ...(given.private ? switchOf(flags.private) : []),
    ...valueOf(flags.lineage, given.lineagePath),
    ...valueOf(flags.outputDir, given.outputDir),
  ]);
}

/** The command that makes GGUF files of a repository on the Hub. */
export function launchRepository(
  toolset: Toolset,
  program: Program,
  python: string,
  given: LaunchOfRepository,
): Launch {
  const { flags } = program;
  return launch(toolset, program, [
    python,
    '-m',
    program.module,
    ...valueOf(flags.ggufOnly, given.repoId),
    ...listOf(flags.quantizations, given.quantizations),
  ]);
}

function launch({ root }: Toolset, { cwd }: Program, argv: [string, ...string[]]): Launch {
  return {
    argv,
    cwd: join(root, cwd),
    env: {
      // Into a file Python writes in blocks: a stage would be told minutes late.
      PYTHONUNBUFFERED: '1',
      // The program prints ✓ and ✗, which a service without a locale could not encode.
      PYTHONIOENCODING: 'utf-8',
    },
  };
}

function valueOf(flag: string | undefined, value: string | undefined): string[] {
  return flag === undefined || value === undefined ? [] : [flag, value];
}

function switchOf(flag: string | undefined): string[] {
  return flag === undefined ? [] : [flag];
}

function listOf(flag: string | undefined, values: readonly string[]): string[] {
  return flag === undefined ? [] : [flag, ...values];
}

import type { Finding } from '../../../domain/plan.js';
import type { EnvironmentReport } from '../../toolset/environment-checks.js';
import type { EnvironmentKind } from '../../toolset/manifest/schema.js';

/** Whether the interpreter is there and finds what the platform needs. */
export function checkEnvironment(
  kind: EnvironmentKind,
  { interpreter, environment }: EnvironmentReport,
): readonly Finding[] {
  if (!interpreter.found) {
    return [
      {
        level: 'blocker',
        code: 'interpreter-missing',
        message: `The toolset's Python was not found (looked for ${interpreter.looked[0]}).`,
        remedy: "Install the toolset's environment, or name its Python in toolset.python of the settings.",
      },
    ];
  }
  const fallback: Finding = {
    level: 'warning',
    code: 'interpreter-fallback',
    message: `The toolset's own Python was not found; ${interpreter.path} is used instead.`,
    remedy: "Install the toolset's environment, or name its Python in toolset.python of the settings.",
  };
  const lacking = environment && lackingFinding(kind, interpreter.path, environment);
  return [...(interpreter.fallback ? [fallback] : []), ...(lacking ? [lacking] : [])];
}

function lackingFinding(
  kind: EnvironmentKind,
  python: string,
  environment: NonNullable<EnvironmentReport['environment']>,
): Finding | undefined {
  switch (environment.state) {
    case 'ready':
      return undefined;
    case 'broken':
      return {
        level: 'blocker',
        code: 'interpreter-broken',
        message: `${python} could not be run: ${environment.why}.`,
        remedy: "Mend the toolset's environment, or name another Python in toolset.python of the settings.",
      };
    case 'unknown':
      return {
        level: 'warning',
        code: 'environment-unknown',
        message: `${python} could not be asked for ${kindName(kind)}: ${environment.why}.`,
        remedy: 'The training may fail; look at the load of the machine, then ask again.',
      };
    default:
      return kind === 'metal' ? noMetal(environment.why) : noCuda(environment.why);
  }
}

function noCuda(why: string): Finding {
  return {
    level: 'blocker',
    code: 'no-cuda',
    message: `No CUDA: ${why}.`,
    remedy: 'Check the driver (nvidia-smi) and that torch is built for CUDA, or train on another platform.',
  };
}

function noMetal(why: string): Finding {
  return {
    level: 'blocker',
    code: 'no-metal',
    message: `No Metal: ${why}.`,
    remedy: 'Train on a Mac with Apple Silicon and MLX, or on another platform.',
  };
}

function kindName(kind: EnvironmentKind): string {
  return kind === 'cuda' ? 'CUDA' : kind === 'metal' ? 'Metal' : 'its version';
}

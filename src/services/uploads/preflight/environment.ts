import type { Finding } from '../../../domain/plan.js';
import type { EnvironmentReport } from '../../toolset/environment-checks.js';
import type { EnvironmentKind } from '../../toolset/manifest/schema.js';
import { checkEnvironment } from '../../training/preflight/environment.js';

/** Where an upload differs from a training. */
const remedies: Readonly<Record<string, string>> = {
  'no-cuda':
    'Check the driver (nvidia-smi) and that torch is built for CUDA, or save the adapter alone (lora).',
  'no-metal': 'Merge on a Mac with Apple Silicon, or save the adapter alone (lora).',
  'environment-unknown': 'The upload may fail; look at the load of the machine, then ask again.',
};

/** Whether the interpreter is there and finds what merging needs. */
export function checkUploadEnvironment(kind: EnvironmentKind, report: EnvironmentReport): readonly Finding[] {
  return checkEnvironment(kind, report).map((finding) => ({
    ...finding,
    remedy: remedies[finding.code] ?? finding.remedy,
  }));
}

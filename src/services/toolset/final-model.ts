import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunLayout } from '../../domain/train-plan.js';
import { checkModelFolder } from './weights.js';
import { notWhole, type Whole } from './whole.js';

/**
 * Whether a finished run has its final model, with all files there and fully written: what an exit code of 0 alone does
 * not promise. `runPath` is the absolute path of the run's folder. Never throws.
 */
export async function checkFinalModel(layout: RunLayout, runPath: string): Promise<Whole> {
  const folder = join(runPath, layout.finalModel);
  const there = await stat(folder).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
  return there
    ? await checkModelFolder(folder, layout.weights)
    : notWhole(`there is no ${layout.finalModel} in the run`);
}

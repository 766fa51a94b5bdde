import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Finding } from '../../../domain/plan.js';
import type { RunLayout } from '../../../domain/train-plan.js';

/** Where each run overwrites the last one's output, whether there is a model that would be lost. */
export async function checkOverwrite(layout: RunLayout, dryRun: boolean): Promise<readonly Finding[]> {
  if (layout.kind !== 'single' || dryRun) return [];
  const folder = join(layout.runsDir, layout.finalModel);
  const there = await stat(folder).catch(() => undefined);
  if (!there) return [];
  return [
    {
      level: 'warning',
      code: 'overwrites-model',
      message: `This trainer has one output: the model in ${folder} will be overwritten.`,
      remedy: 'Copy it away or upload it first, if it is still needed.',
    },
  ];
}

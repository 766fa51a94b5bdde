import { choiceName } from '../training/choice-value.js';
import type { NamedValue } from '../training/training-desk.js';
import type { FoundRun } from './find-runs.js';
import { createJobModels } from './job-models.js';
import type { RunDeskParts } from './parts.js';

/** Discord shows at most 25 choices. */
const maxChoices = 25;

/** A run that fits what was typed, as it is offered. */
export interface OfferedRun extends NamedValue {
  readonly found: FoundRun;
}

/** Offers runs while somebody types: every word in name, method or model, newest first. */
export function createRunCompletion({ finder, jobs }: Pick<RunDeskParts, 'finder' | 'jobs'>) {
  const readModels = createJobModels(jobs);

  return async (typed: string): Promise<readonly OfferedRun[]> => {
    const [{ runs }, models] = await Promise.all([finder.find(), readModels()]);
    const words = typed.toLowerCase().split(/\s+/);
    const offered: OfferedRun[] = [];
    for (const found of runs) {
      if (offered.length >= maxChoices) break;
      const { run, backend } = found;
      const model = models.get(run.path)?.model ?? '';
      const name = `${backend.method} ${run.name} ${model}`.trimEnd();
      const lower = name.toLowerCase();
      if (!words.every((word) => lower.includes(word))) continue;
      offered.push({ name: choiceName(name), value: found.id, found });
    }
    return offered;
  };
}

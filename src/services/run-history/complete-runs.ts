import { choiceName } from '../training/choice-value.js';
import type { NamedValue } from '../training/training-desk.js';
import { runIdOf, type FoundRun } from './find-runs.js';
import { createJobModels } from './job-models.js';
import { createLineageModels } from './lineage-models.js';
import type { RunDeskParts } from './parts.js';

/** Discord shows at most 25 choices. */
const maxChoices = 25;

/** A list this old is offered from at once, while it is read anew for the next key: what is chosen is looked up anyway. */
const keptMs = 10_000;
/** Each key asks again: not every one is worth a listing. */
const freshMs = 1_000;

/** A run that fits what was typed, as it is offered. */
export interface OfferedRun extends NamedValue {
  readonly found: FoundRun;
}

/** Offers runs while somebody types: every word in name, method or model, newest first. */
export function createRunCompletion({
  finder,
  jobs,
  clock,
}: Pick<RunDeskParts, 'finder' | 'jobs' | 'clock'>) {
  const readModels = createJobModels(jobs);
  const lineages = createLineageModels(finder.root);
  let kept: { readonly at: number; readonly runs: readonly FoundRun[] } | undefined;
  let reading: Promise<readonly FoundRun[]> | undefined;

  function read(): Promise<readonly FoundRun[]> {
    const at = clock();
    reading ??= finder
      .find()
      .then(({ runs }) => {
        kept = { at, runs };
        return runs;
      })
      .finally(() => (reading = undefined));
    return reading;
  }

  function listed(): Promise<readonly FoundRun[]> | readonly FoundRun[] {
    const age = kept ? clock() - kept.at : Infinity;
    if (!kept || age < 0 || age > keptMs) return read();
    // What fails behind is told to the next who has to wait for it.
    if (age > freshMs) read().catch(() => undefined);
    return kept.runs;
  }

  return async (typed: string): Promise<readonly OfferedRun[]> => {
    const [runs, models] = await Promise.all([listed(), readModels()]);
    // For the next key: nobody waits for a thousand files.
    void lineages.learn(runs, ({ run }) => models.has(run.path));
    const words = typed.toLowerCase().split(/\s+/);
    const offered: OfferedRun[] = [];
    for (const found of runs) {
      if (offered.length >= maxChoices) break;
      const { run, backend } = found;
      const model = models.get(run.path)?.model ?? lineages.modelOf(found) ?? '';
      const name = `${backend.method} ${run.name} ${model}`.trimEnd();
      const lower = name.toLowerCase();
      if (!words.every((word) => lower.includes(word))) continue;
      offered.push({ name: choiceName(name), value: runIdOf(found), found });
    }
    return offered;
  };
}

import { choiceName, matchesTyped } from '../training/choice-value.js';
import type { NamedValue } from '../training/training-desk.js';
import { findRuns, type FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';

/** Discord shows at most 25 choices. */
const maxChoices = 25;
/** Each key that is pressed asks again: within this time the runs are not listed anew. */
const keptMs = 2_000;
/** Runs whose model is looked up in the job history, the newest: each costs a query. */
const withModel = 500;

/** Offers runs while somebody types: every word in name, method or model, newest first. */
export function createRunCompletion({ toolset, jobs, clock }: Omit<RunDeskParts, 'metrics'>) {
  let kept: { readonly at: number; readonly runs: Promise<readonly FoundRun[]> } | undefined;

  function listed(): Promise<readonly FoundRun[]> {
    const age = clock() - (kept?.at ?? 0);
    if (kept && age >= 0 && age < keptMs) return kept.runs;
    const runs = findRuns(toolset).then((found) => found.runs);
    kept = { at: clock(), runs };
    return runs;
  }

  function modelOf({ run }: FoundRun): string {
    const plan = jobs.findByRunPath(run.path)?.plan;
    if (plan?.kind !== 'train') return '';
    return String(plan.settings.find(({ key }) => key === 'model')?.value ?? '');
  }

  return async (typed: string): Promise<readonly NamedValue[]> => {
    const found: NamedValue[] = [];
    for (const [index, one] of (await listed()).entries()) {
      if (found.length >= maxChoices) break;
      const model = index < withModel ? modelOf(one) : '';
      const name = `${one.backend.method} ${one.run.name} ${model}`.trimEnd();
      if (matchesTyped(name, typed)) found.push({ name: choiceName(name), value: one.id });
    }
    return found;
  };
}

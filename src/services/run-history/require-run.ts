import { setImmediate } from 'node:timers/promises';
import { UserError } from '../../domain/user-error.js';
import { nameWithin } from '../toolset/datasets.js';
import { runIdOf, type FoundRun } from './find-runs.js';

/** As many are compared between turns of the event loop: each may cost a hash. */
const atOnce = 500;

const idForm = /^[0-9a-f]{16}$/;

/** A run by its id, its name, or its path, absolute or relative to the toolset. Throws UserError when it is not among those found. */
export async function requireRun(
  runs: readonly FoundRun[],
  wanted: string,
  toolsetRoot: string,
): Promise<FoundRun> {
  const named = runs.find(({ run }) => run.name === wanted || run.path === wanted);
  if (named) return named;
  const nameOf = idForm.test(wanted)
    ? runIdOf
    : ({ run }: FoundRun): string => nameWithin(toolsetRoot, run.path);
  for (const [index, found] of runs.entries()) {
    if (index % atOnce === atOnce - 1) await setImmediate();
    if (nameOf(found) === wanted) return found;
  }
  throw new UserError(
    `There is no run "${wanted.slice(0, 100)}".`,
    'Choose one of the list that appears while you type; /runs shows all.',
  );
}

import { createHash } from 'node:crypto';
import type { RunLayout } from '../../domain/train-plan.js';
import { readTrainerConfig } from '../toolset/config-file.js';
import type { Backend, Toolset } from '../toolset/create-toolset.js';
import { nameWithin } from '../toolset/datasets.js';
import { listRuns, type Run } from '../toolset/runs.js';
import { layoutFor } from '../training/make-plan.js';

/** A run with the method that made it. */
export interface FoundRun {
  /** Short and stable: from its path, which it does not tell. */
  readonly id: string;
  /** Path relative to the toolset, as it is shown and typed. */
  readonly shownPath: string;
  readonly run: Run;
  readonly backend: Backend;
  readonly layout: RunLayout;
}

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly FoundRun[];
  /** Folders that could not be read, a clause each. */
  readonly problems: readonly string[];
}

/** The runs of all methods of the toolset. A folder that two methods name counts once, for the first of them. */
export async function findRuns(toolset: Toolset): Promise<FoundRuns> {
  const lists = await Promise.all(toolset.listBackends().map((backend) => runsOf(toolset, backend)));
  const byPath = new Map<string, FoundRun>();
  for (const found of lists.flatMap(({ runs }) => runs)) {
    if (!byPath.has(found.run.path)) byPath.set(found.run.path, found);
  }
  return {
    runs: [...byPath.values()].toSorted((a, b) => b.run.modifiedMs - a.run.modifiedMs),
    problems: [...new Set(lists.flatMap(({ problems }) => problems))],
  };
}

async function runsOf(toolset: Toolset, backend: Backend): Promise<FoundRuns> {
  const config = await readTrainerConfig(backend.configFile);
  const layout = layoutFor(backend, config.ok ? config.value : undefined);
  const { runs, problems } = await listRuns(layout);
  return {
    problems: problems.map((problem) => problem.replace(`${toolset.root}/`, '')),
    runs: runs.map((run) => ({
      id: createHash('sha256').update(run.path).digest('hex').slice(0, 16),
      shownPath: nameWithin(toolset.root, run.path),
      run,
      backend,
      layout,
    })),
  };
}

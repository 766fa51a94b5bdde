import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import type { RunLayout } from '../../domain/train-plan.js';
import type { Backend, Toolset } from '../toolset/create-toolset.js';
import type { Run } from '../toolset/runs.js';
import type { RunsRoot } from './listing/protocol.js';
import type { Listing, RunLister } from './listing/run-lister.js';
import { createLayoutReader } from './read-layouts.js';

/** A run with the method that made it. */
export interface FoundRun {
  readonly run: Run;
  readonly backend: Backend;
  readonly layout: RunLayout;
}

/** Short and stable: from the run's path, which it does not tell. Made when it is asked for: of thousands few are shown. */
export function runIdOf({ run }: Pick<FoundRun, 'run'>): string {
  return hash('sha256', run.path).slice(0, 16);
}

export interface FoundRuns {
  /** Newest first. */
  readonly runs: readonly FoundRun[];
  /** Folders that could not be read, a clause each. */
  readonly problems: readonly string[];
}

/** Finds the runs of all methods of the toolset. */
export interface RunFinder {
  /** The toolset's folder. */
  readonly root: string;
  /** As the file system has them at a moment after the call (of many see RunLister). A folder that two methods name counts once, for the first. */
  find(): Promise<FoundRuns>;
}

/** A root with the method whose runs it holds. */
interface Place {
  readonly root: RunsRoot;
  readonly backend: Backend;
  readonly layout: RunLayout;
}

export function createRunFinder(toolset: Toolset, lister: RunLister): RunFinder {
  const readLayout = createLayoutReader();
  let sorted: readonly FoundRun[] = [];
  let seen: { readonly version: number; readonly places: readonly Place[] } | undefined;

  async function places(): Promise<readonly Place[]> {
    // Methods whose trainer is gone too: their runs are still there.
    const lists = toolset.listDescribed().map(async (backend) => {
      const layout = await readLayout(backend);
      return rootsOf(layout).map((root): Place => ({ root, backend, layout }));
    });
    return (await Promise.all(lists)).flat();
  }

  function arrange({ runs, version }: Listing, now: readonly Place[]): readonly FoundRun[] {
    if (seen?.version === version && isSame(seen.places, now)) return sorted;
    const found: FoundRun[] = [];
    const dirs = new Set<string>();
    for (const [index, { root, backend, layout }] of now.entries()) {
      if (dirs.has(root.dir)) continue;
      dirs.add(root.dir);
      for (const run of runs[index]?.values() ?? []) found.push({ run, backend, layout });
    }
    seen = { version, places: now };
    sorted = found.sort((a, b) => b.run.modifiedMs - a.run.modifiedMs);
    return sorted;
  }

  return {
    root: toolset.root,
    async find() {
      const now = await places();
      const listing = await lister.list(now.map(({ root }) => root));
      const problems = listing.problems.map((problem) => problem.replace(`${toolset.root}/`, ''));
      return { runs: arrange(listing, now), problems: [...new Set(problems)] };
    },
  };
}

function rootsOf(layout: RunLayout): readonly RunsRoot[] {
  const { kind, runsDir, oldRunsDirs = [], finalModel } = layout;
  const dirs = kind === 'single' ? [runsDir] : [...new Set([runsDir, ...oldRunsDirs])];
  return dirs.map((dir) => ({ kind, dir, finalModel, checkpoints: dirname(layout.checkpoints) }));
}

function isSame(before: readonly Place[], now: readonly Place[]): boolean {
  return (
    before.length === now.length &&
    now.every(({ backend, layout }, index) => {
      return before[index]?.backend === backend && before[index].layout === layout;
    })
  );
}

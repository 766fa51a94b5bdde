import { mapLimited } from '../toolset/map-limited.js';
import type { FoundRun } from './find-runs.js';
import { readLineage } from './read-lineage.js';

/** Newest runs whose lineage is read; older ones are found by their name and method. */
const readAtMost = 1_000;
/** Files read side by side: nobody waits for them. */
const parallel = 2;

interface Read {
  readonly modifiedMs: number;
  /** Empty: the run does not say. */
  readonly model: string;
}

/** The models of runs that this bot did not start, from what their trainers left. */
export interface LineageModels {
  /** Undefined as long as it is not read, or the run does not say. */
  modelOf(found: FoundRun): string | undefined;
  /**
   * Reads those that are new or changed among the newest runs (newest first), but for those that `knows` knows already. Calls
   * that come while one is under way do nothing. Never rejects.
   */
  learn(runs: readonly FoundRun[], knows: (found: FoundRun) => boolean): Promise<void>;
}

/** `toolsetRoot`: absolute. */
export function createLineageModels(toolsetRoot: string): LineageModels {
  let models = new Map<string, Read>();
  let learning = false;

  const readOf = ({ run }: FoundRun): Read | undefined => {
    const read = models.get(run.path);
    return read?.modifiedMs === run.modifiedMs ? read : undefined;
  };

  return {
    modelOf: (found) => readOf(found)?.model || undefined,
    async learn(runs, knows) {
      if (learning) return;
      learning = true;
      try {
        // Only a run that ended well has a lineage.
        const wanted = runs.slice(0, readAtMost).filter((found) => found.run.hasFinalModel && !knows(found));
        const kept = new Map<string, Read>();
        await mapLimited(wanted, parallel, async (found) => {
          const { path, modifiedMs } = found.run;
          const label = found.backend.manifest.settings['model']?.label ?? '';
          const read = readOf(found) ?? {
            modifiedMs,
            // Nobody awaits this: whatever a foreign file brings about, the model is not known then.
            model: String((await readLineage(found, toolsetRoot).catch(() => undefined))?.get(label) ?? ''),
          };
          kept.set(path, read);
        });
        models = kept;
      } finally {
        learning = false;
      }
    },
  };
}

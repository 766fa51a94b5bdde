import type { RunType } from '../../domain/run-list.js';
import type { FoundRun } from './find-runs.js';

/** The methods of these runs, newest first: that with the newest run comes first. */
export function listTypes(runs: readonly FoundRun[]): readonly RunType[] {
  const types = new Map<string, RunType>();
  // Newest first: the first run of a method is its newest.
  for (const { run, backend } of runs) {
    const { platform, platformLabel, method, manifest } = backend;
    const key = `${platform}/${method}`;
    const known = types.get(key);
    types.set(key, {
      platform,
      platformLabel,
      method,
      methodLabel: manifest.label,
      runs: (known?.runs ?? 0) + 1,
      newestMs: known?.newestMs ?? run.modifiedMs,
    });
  }
  return [...types.values()];
}

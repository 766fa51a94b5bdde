import type { Toolset } from '../toolset/create-toolset.js';
import type { DatasetReader } from '../toolset/dataset-reader.js';
import type { EnvironmentChecks } from '../toolset/environment-checks.js';

/** What plans of trainings are made from. */
export interface TrainingParts {
  readonly toolset: Toolset;
  readonly environments: EnvironmentChecks;
  readonly readDataset: DatasetReader;
  /** The environment of probes: without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Process groups of our running jobs: their GPU memory is not "in use by others". */
  readonly ownProcessGroups: () => readonly number[];
}

import type { Clock, JobStore } from '../jobs/ports.js';
import type { MetricsIndex } from '../metrics/metrics-index.js';
import type { Toolset } from '../toolset/create-toolset.js';

/** What the runs of the toolset are looked at with. */
export interface RunDeskParts {
  readonly toolset: Toolset;
  readonly jobs: Pick<JobStore, 'findByRunPath'>;
  readonly metrics: Pick<MetricsIndex, 'read'>;
  readonly clock: Clock;
}

import type { Clock, JobStore } from '../jobs/ports.js';
import type { MetricsIndex } from '../metrics/metrics-index.js';
import type { RunFinder } from './find-runs.js';

/** What the runs of the toolset are looked at with. */
export interface RunDeskParts {
  readonly finder: RunFinder;
  readonly jobs: Pick<JobStore, 'findByRunPath' | 'list' | 'listActive'>;
  readonly metrics: Pick<MetricsIndex, 'read'>;
  readonly clock: Clock;
}

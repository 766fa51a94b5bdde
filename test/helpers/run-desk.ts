import { onTestFinished } from 'vitest';
import { createJobStore } from '../../src/db/job-store.js';
import { createMetricsStore } from '../../src/db/metrics-store.js';
import type { Db } from '../../src/db/open.js';
import { createMetricsIndex } from '../../src/services/metrics/metrics-index.js';
import { createRunDesk } from '../../src/services/run-history/create-run-desk.js';
import { createRunFinder } from '../../src/services/run-history/find-runs.js';
import { createRunLister } from '../../src/services/run-history/listing/run-lister.js';
import type { RunDesk } from '../../src/services/run-history/run-desk.js';
import type { Toolset } from '../../src/services/toolset/create-toolset.js';

/** A desk over the runs of a toolset for one test; its threads are ended after it. */
export function runDeskOf(toolset: Toolset, db: Db): RunDesk {
  const lister = createRunLister();
  onTestFinished(() => lister.close());
  return createRunDesk({
    finder: createRunFinder(toolset, lister),
    jobs: createJobStore(db),
    metrics: createMetricsIndex({ store: createMetricsStore(db, Date.now) }),
    clock: Date.now,
  });
}

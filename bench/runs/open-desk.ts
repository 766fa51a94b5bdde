import { readFileSync } from 'node:fs';
import { createJobStore } from '../../src/db/job-store.js';
import { createMetricsStore } from '../../src/db/metrics-store.js';
import { openDatabase } from '../../src/db/open.js';
import { createMetricsIndex } from '../../src/services/metrics/metrics-index.js';
import { createRunDesk } from '../../src/services/run-history/create-run-desk.js';
import { createRunFinder } from '../../src/services/run-history/find-runs.js';
import { createRunLister } from '../../src/services/run-history/listing/run-lister.js';
import { createToolset } from '../../src/services/toolset/create-toolset.js';
import { parseManifest } from '../../src/services/toolset/manifest/parse-manifest.js';

/** The run desk as the bot puts it together, over a toolset and an empty database. */
export function openRunDesk(toolsetRoot: string, repository: string) {
  const file = `${repository}/configs/toolsets/synaptic-2026.yaml`;
  const parsed = parseManifest(readFileSync(file, 'utf8'), file);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
  const db = openDatabase(':memory:');
  const jobs = createJobStore(db);
  const metrics = createMetricsIndex({ store: createMetricsStore(db, Date.now) });
  const lister = createRunLister();
  const finder = createRunFinder(createToolset(toolsetRoot, parsed.manifest), lister);
  const desk = createRunDesk({ finder, jobs, metrics, clock: Date.now });
  return {
    db,
    jobs,
    metrics,
    finder,
    desk,
    async close() {
      await Promise.all([lister.close(), metrics.close()]);
      db.close();
    },
  };
}

import type { MetricsStore } from '../services/metrics/ports.js';
import type { Db } from './open.js';

/** More runs than people look at; a body has 400 KB at most, and one that was dropped is made anew from its logs. */
const keptRuns = 500;

/** What was read of metrics logs, in SQLite: the runs that changed last. `clock`: epoch ms. */
export function createMetricsStore(db: Db, clock: () => number): MetricsStore {
  const select = db.prepare<[string], { body: Buffer }>('SELECT body FROM run_metrics WHERE run_key = ?');
  const upsert = db.prepare(
    `INSERT INTO run_metrics (run_key, body, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (run_key) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
  );
  const removeOld = db.prepare(
    `DELETE FROM run_metrics WHERE run_key IN
       (SELECT run_key FROM run_metrics ORDER BY updated_at DESC, run_key LIMIT -1 OFFSET ?)`,
  );
  const put = db.transaction((key: string, body: Uint8Array) => {
    upsert.run(key, body, clock());
    removeOld.run(keptRuns);
  });
  return {
    get: (key) => select.get(key)?.body,
    put: (key, body) => put.immediate(key, body),
  };
}

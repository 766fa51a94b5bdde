import type { JobKind, JobStateName } from '../domain/job.js';
import type { JobTally } from '../domain/job-list.js';
import type { Db } from './open.js';

interface TallyRow {
  kind: JobKind;
  state: JobStateName;
  count: number;
  mean_ms: number | null;
}

/** Counts jobs created since a moment (epoch ms). The time of an ended state is the end. Plans are not read. */
export function tallyJobs(db: Db, sinceMs: number): readonly JobTally[] {
  return db
    .prepare<[number], TallyRow>(
      `SELECT kind, state, count(*) AS count,
              avg(CASE WHEN state NOT IN ('queued', 'starting', 'running')
                       THEN json_extract(state_json, '$.at') - started_at END) AS mean_ms
       FROM jobs WHERE created_at >= ? GROUP BY kind, state ORDER BY kind, state`,
    )
    .all(sinceMs)
    .map(({ kind, state, count, mean_ms }) => ({
      kind,
      state,
      count,
      ...(mean_ms !== null && { meanMs: mean_ms }),
    }));
}

/** What the sentinel saw in each attempt of a job, and what people set for its rules (`job_id` 0: for good). */
export const sentinelTables = `
CREATE TABLE episodes (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  attempt INTEGER NOT NULL,
  rule TEXT NOT NULL,
  number INTEGER NOT NULL,
  level TEXT NOT NULL,
  step INTEGER,
  since_step INTEGER,
  healthy_step INTEGER,
  at INTEGER NOT NULL,
  sentence TEXT NOT NULL,
  figures_json TEXT NOT NULL,
  checkpoint_json TEXT,
  ended_step INTEGER,
  ended_at INTEGER,
  UNIQUE (job_id, attempt, rule, number)
) STRICT;

CREATE TABLE rule_levels (
  job_id INTEGER NOT NULL,
  rule TEXT NOT NULL,
  level TEXT NOT NULL,
  set_by TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  PRIMARY KEY (job_id, rule)
) STRICT;
`;

/** What was read of the metrics logs of runs. `body` is the reader's own and can be made anew from the logs. */
export const metricsTables = `
CREATE TABLE run_metrics (
  run_key TEXT PRIMARY KEY,
  body BLOB NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX run_metrics_by_age ON run_metrics (updated_at);
`;

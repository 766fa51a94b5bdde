/** Plans, jobs, their events, notices and live messages. JSON columns hold what only the program itself reads. */
export const foundationTables = `
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  state_json TEXT NOT NULL,
  plan_json TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  guild_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  message_id TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX plans_open ON plans (expires_at) WHERE state = 'open';

CREATE TABLE jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  state_json TEXT NOT NULL,
  plan_json TEXT NOT NULL,
  plan_id TEXT NOT NULL REFERENCES plans (id),
  requested_by TEXT NOT NULL,
  guild_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  position REAL NOT NULL,
  held INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  slot INTEGER,
  run_path TEXT,
  warnings_json TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX jobs_active ON jobs (position) WHERE state IN ('queued', 'starting', 'running');
CREATE INDEX jobs_run_path ON jobs (run_path) WHERE run_path IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, id);

CREATE TABLE job_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  at INTEGER NOT NULL,
  from_state TEXT,
  to_state TEXT NOT NULL,
  state_json TEXT NOT NULL
) STRICT;
CREATE INDEX job_events_job ON job_events (job_id, id);

CREATE TABLE notices (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  job_id INTEGER NOT NULL REFERENCES jobs (id),
  channel_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  detail_json TEXT NOT NULL,
  nonce TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL,
  sent_at INTEGER,
  message_id TEXT
) STRICT;
CREATE INDEX notices_pending ON notices (id) WHERE sent_at IS NULL;

CREATE TABLE live_messages (
  job_id INTEGER PRIMARY KEY REFERENCES jobs (id),
  channel_id TEXT NOT NULL,
  message_id TEXT NOT NULL,
  posted_at INTEGER NOT NULL,
  final INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE drafts (
  id TEXT PRIMARY KEY,
  body_json TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
`;

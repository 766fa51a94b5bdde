/** The messages of `/status`: the one that is kept current, and those it replaced until they are gone. */
export const statusTables = `
CREATE TABLE status_messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  guild_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  message_id TEXT,
  posted_at INTEGER,
  pin TEXT NOT NULL,
  requested_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  replaced INTEGER NOT NULL DEFAULT 0
) STRICT;
`;

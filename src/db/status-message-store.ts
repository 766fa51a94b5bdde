import {
  pinStates,
  type NewStatusMessage,
  type StatusMessage,
  type StatusMessageStore,
} from '../services/status/ports.js';
import type { Db } from './open.js';

interface StatusMessageRow {
  id: number;
  guild_id: string;
  channel_id: string;
  message_id: string | null;
  posted_at: number | null;
  pin: string;
  requested_by: string;
  created_at: number;
  replaced: number;
}

function toStatusMessage(row: StatusMessageRow): StatusMessage {
  return {
    id: row.id,
    guildId: row.guild_id,
    channelId: row.channel_id,
    requestedBy: row.requested_by,
    createdAt: row.created_at,
    pin: pinStates.find((name) => name === row.pin) ?? 'no',
    ...(row.message_id !== null && { messageId: row.message_id }),
    ...(row.posted_at !== null && { postedAt: row.posted_at }),
    replaced: row.replaced === 1,
  };
}

/** Where the messages of `/status` stand, in SQLite: after a restart the same one goes on. */
export function createStatusMessageStore(db: Db): StatusMessageStore {
  const replace = db.prepare('UPDATE status_messages SET replaced = 1 WHERE guild_id = ?');
  const insert = db.prepare<[string, string, string, number, string], StatusMessageRow>(
    `INSERT INTO status_messages (guild_id, channel_id, requested_by, created_at, pin) VALUES (?, ?, ?, ?, ?)
     RETURNING *`,
  );
  const selectAll = db.prepare<[], StatusMessageRow>('SELECT * FROM status_messages ORDER BY id');
  const post = db.prepare('UPDATE status_messages SET message_id = ?, posted_at = ? WHERE id = ?');
  const pin = db.prepare('UPDATE status_messages SET pin = ? WHERE id = ?');
  const remove = db.prepare('DELETE FROM status_messages WHERE id = ?');

  const begin = db.transaction((given: NewStatusMessage): StatusMessage => {
    replace.run(given.guildId);
    const row = insert.get(given.guildId, given.channelId, given.requestedBy, given.createdAt, given.pin);
    if (!row) throw new Error('The status message was not written');
    return toStatusMessage(row);
  });

  return {
    begin: (message) => begin.immediate(message),
    list: () => selectAll.all().map(toStatusMessage),
    setPosted: (id, messageId, postedAt) => void post.run(messageId, postedAt, id),
    setPin: (id, state) => void pin.run(state, id),
    remove: (id) => void remove.run(id),
  };
}

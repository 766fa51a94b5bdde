import type { LiveMessage, LiveMessageStore } from '../services/jobs/ports.js';
import type { Db } from './open.js';

interface LiveMessageRow {
  job_id: number;
  channel_id: string;
  message_id: string;
  posted_at: number;
  final: number;
}

function toLiveMessage(row: LiveMessageRow): LiveMessage {
  return {
    jobId: row.job_id,
    channelId: row.channel_id,
    messageId: row.message_id,
    postedAt: row.posted_at,
    final: row.final === 1,
  };
}

/** Where each job's live message stands, in SQLite: after a restart the same message goes on. */
export function createLiveMessageStore(db: Db): LiveMessageStore {
  const select = db.prepare<[number], LiveMessageRow>('SELECT * FROM live_messages WHERE job_id = ?');
  const upsert = db.prepare(
    `INSERT INTO live_messages (job_id, channel_id, message_id, posted_at, final) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job_id) DO UPDATE SET channel_id = excluded.channel_id, message_id = excluded.message_id,
       posted_at = excluded.posted_at, final = excluded.final`,
  );
  const selectOpen = db.prepare<[], { id: number }>(
    `SELECT jobs.id FROM jobs LEFT JOIN live_messages ON live_messages.job_id = jobs.id
     WHERE coalesce(live_messages.final, 0) = 0 ORDER BY jobs.id`,
  );
  return {
    get(jobId) {
      const row = select.get(jobId);
      return row && toLiveMessage(row);
    },
    put: (message) =>
      void upsert.run(
        message.jobId,
        message.channelId,
        message.messageId,
        message.postedAt,
        message.final ? 1 : 0,
      ),
    listOpenJobIds: () => selectOpen.all().map((row) => row.id),
  };
}

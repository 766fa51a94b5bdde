import type { Notice, NoticeKind } from '../domain/notice.js';
import type { NoticeStore } from '../services/jobs/ports.js';
import { jsonColumn } from './json.js';
import type { Db } from './open.js';

interface NoticeRow {
  id: number;
  kind: NoticeKind;
  job_id: number;
  channel_id: string;
  user_id: string;
  detail_json: string;
  nonce: string;
  created_at: number;
}

const details = jsonColumn<Readonly<Record<string, unknown>>>();

function toNotice(row: NoticeRow): Notice {
  return {
    id: row.id,
    kind: row.kind,
    jobId: row.job_id,
    channelId: row.channel_id,
    userId: row.user_id,
    detail: details.read(row.detail_json),
    nonce: row.nonce,
    createdAt: row.created_at,
  };
}

/** The outbox in SQLite. Notices are written by the job store, in the transaction of the change that they tell. */
export function createNoticeStore(db: Db): NoticeStore {
  const selectPending = db.prepare<[number], NoticeRow>(
    'SELECT * FROM notices WHERE sent_at IS NULL ORDER BY id LIMIT ?',
  );
  const updateSent = db.prepare('UPDATE notices SET sent_at = ?, message_id = ? WHERE id = ?');
  const updateChannel = db.prepare('UPDATE notices SET channel_id = ? WHERE id = ?');
  return {
    listPending: (limit) => selectPending.all(limit).map(toNotice),
    markSent: (id, messageId, at) => void updateSent.run(at, messageId, id),
    redirect: (id, channelId) => void updateChannel.run(channelId, id),
  };
}

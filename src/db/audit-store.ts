import { createHash } from 'node:crypto';
import type { AuditEntry, AuditRecord } from '../domain/audit.js';
import type { AuditQuery, AuditStore } from '../services/audit/ports.js';
import { jsonColumn } from './json.js';
import type { Db } from './open.js';

interface AuditRow {
  id: number;
  at: number;
  user_id: string;
  kind: string;
  outcome: string;
  job_id: number | null;
  record_json: string;
  hash: string;
}

const records = jsonColumn<AuditRecord>();
/** What stands before the first entry. */
const firstHash = '0'.repeat(64);

function hashOf(previous: string, id: number, recordJson: string): string {
  return createHash('sha256').update(`${previous}\n${id}\n${recordJson}`).digest('hex');
}

/** The columns that filters look at repeat what is hashed: one that says something else would hide its entry. */
function columnsHold(row: AuditRow): boolean {
  const { at, userId, kind, outcome, jobId = null } = records.read(row.record_json);
  const repeated = [row.at, row.user_id, row.kind, row.outcome, row.job_id];
  return [at, userId, kind, outcome, jobId].every((value, index) => value === repeated[index]);
}

function toEntry(row: AuditRow): AuditEntry {
  return { id: row.id, ...records.read(row.record_json), hash: row.hash };
}

/** Adds an entry; within a transaction it stands or falls with the change that it tells. */
export function appendAudit(db: Db, record: AuditRecord): void {
  db.transaction(() => {
    const last = db
      .prepare<[], { id: number; hash: string }>('SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1')
      .get();
    const id = (last?.id ?? 0) + 1;
    const recordJson = records.write(record);
    db.prepare(
      'INSERT INTO audit (id, at, user_id, kind, outcome, job_id, record_json, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
    ).run(
      id,
      record.at,
      record.userId,
      record.kind,
      record.outcome,
      record.jobId ?? null,
      recordJson,
      hashOf(last?.hash ?? firstHash, id, recordJson),
    );
  }).immediate();
}

/** The audit in SQLite. */
export function createAuditStore(db: Db): AuditStore {
  function list(query: AuditQuery = {}): readonly AuditEntry[] {
    const conditions = [
      query.userId === undefined ? undefined : 'user_id = @userId',
      query.outcome === undefined ? undefined : 'outcome = @outcome',
      query.kind === undefined ? undefined : 'kind = @kind',
      query.jobId === undefined ? undefined : 'job_id = @jobId',
      query.sinceMs === undefined ? undefined : 'at >= @sinceMs',
      query.beforeId === undefined ? undefined : 'id < @beforeId',
      query.afterId === undefined ? undefined : 'id > @afterId',
    ].filter((condition) => condition !== undefined);
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    const upwards = query.afterId !== undefined;
    const entries = db
      .prepare<[object], AuditRow>(
        `SELECT * FROM audit ${where} ORDER BY id ${upwards ? 'ASC' : 'DESC'} LIMIT @limit`,
      )
      .all({ ...query, limit: query.limit ?? 100 })
      .map(toEntry);
    return upwards ? entries.reverse() : entries;
  }

  return {
    append: (record) => appendAudit(db, record),
    list,
    findFirstBroken() {
      let previous = firstHash;
      let expectedId = 1;
      for (const row of db.prepare<[], AuditRow>('SELECT * FROM audit ORDER BY id').iterate()) {
        const hashHolds = row.id === expectedId && row.hash === hashOf(previous, row.id, row.record_json);
        if (!hashHolds || !columnsHold(row)) return expectedId;
        previous = row.hash;
        expectedId += 1;
      }
      return undefined;
    },
    count: () => Number(db.prepare('SELECT count(*) FROM audit').pluck().get()),
  };
}

import { describe, expect, it } from 'vitest';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import type { AuditRecord } from '../../src/domain/audit.js';
import { makeTempDir } from '../helpers/temp-dir.js';

const record: AuditRecord = {
  at: 1,
  kind: 'press',
  name: 'plan:start',
  userId: '7',
  input: { a: 'b' },
  outcome: 'done',
};

async function openAudit() {
  const db = openDatabase(`${await makeTempDir()}/tuner-bot.db`);
  const audit = createAuditStore(db);
  for (let at = 1; at <= 5; at++) audit.append({ ...record, at, userId: String(at % 2) });
  return { db, audit };
}

/** As somebody would who has the file and knows SQL. */
const triggers = 'DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete;';

describe('audit', () => {
  it('gives back what was recorded, newest first, filtered', async () => {
    const { audit } = await openAudit();
    expect(audit.list().map(({ at }) => at)).toEqual([5, 4, 3, 2, 1]);
    expect(audit.list({ userId: '1', limit: 2 }).map(({ at }) => at)).toEqual([5, 3]);
    expect(audit.list({ sinceMs: 4 }).map(({ at }) => at)).toEqual([5, 4]);
    expect(audit.list({ beforeId: 3 }).map(({ id }) => id)).toEqual([2, 1]);
    expect(audit.list({ outcome: 'refused' })).toEqual([]);
    expect(audit.list({ limit: 1 })[0]).toMatchObject({ ...record, at: 5, userId: '1' });
  });

  it('refuses changes and deletions', async () => {
    const { db, audit } = await openAudit();
    expect(() => db.exec("UPDATE audit SET user_id = '9'")).toThrow('append-only');
    expect(() => db.exec('DELETE FROM audit')).toThrow('append-only');
    expect(audit.count()).toBe(5);
    expect(audit.findFirstBroken()).toBeUndefined();
  });

  it.each([
    [
      'a changed entry',
      "UPDATE audit SET record_json = replace(record_json, 'plan:start', 'job:cancel') WHERE id = 3",
      3,
    ],
    ['a removed entry', 'DELETE FROM audit WHERE id = 2', 2],
    ['a removed first entry', 'DELETE FROM audit WHERE id = 1', 1],
    [
      'two swapped entries',
      'UPDATE audit SET id = 9 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 5; UPDATE audit SET id = 5 WHERE id = 9',
      4,
    ],
  ])('shows %s', async (_name, sql, broken) => {
    const { db, audit } = await openAudit();
    db.exec(triggers);
    db.exec(sql);
    expect(audit.findFirstBroken()).toBe(broken);
  });
});

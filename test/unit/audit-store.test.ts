import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAuditStore } from '../../src/db/audit-store.js';
import { openDatabase } from '../../src/db/open.js';
import { auditKinds, auditOutcomes, type AuditRecord } from '../../src/domain/audit.js';
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

const text = fc.string({ unit: 'binary', maxLength: 30 }).map((each) => each.toWellFormed());
const anyRecord: fc.Arbitrary<AuditRecord> = fc.record(
  {
    at: fc.nat(2 ** 40),
    kind: fc.constantFrom(...auditKinds),
    name: text,
    userId: text,
    jobId: fc.nat(1e9),
    input: fc.dictionary(fc.string({ minLength: 1 }), fc.oneof(text, fc.boolean(), fc.array(text)), {
      noNullPrototype: true,
    }),
    outcome: fc.constantFrom(...auditOutcomes),
    detail: text,
  },
  { requiredKeys: ['at', 'kind', 'name', 'userId', 'input', 'outcome'], noNullPrototype: true },
);

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

  it('gives what stands next after an entry, newest first too', async () => {
    const { audit } = await openAudit();
    expect(audit.list({ afterId: 2, limit: 2 }).map(({ id }) => id)).toEqual([4, 3]);
    expect(audit.list({ afterId: 5 })).toEqual([]);
  });

  it('holds after 200 entries of every form, and is broken wherever one of them is changed', async () => {
    const db = openDatabase(`${await makeTempDir()}/tuner-bot.db`);
    const audit = createAuditStore(db);
    const kept = fc.sample(anyRecord, { numRuns: 200, seed: 7 });
    for (const one of kept) audit.append(one);
    expect(audit.findFirstBroken()).toBeUndefined();
    const stored = audit.list({ limit: 999 }).toReversed();
    expect(stored.map(({ id: _id, hash: _hash, ...one }) => one)).toEqual(kept);
    expect(new Set(stored.map(({ hash }) => hash)).size).toBe(200);
    db.exec(triggers);
    const change = db.prepare("UPDATE audit SET record_json = record_json || ' ' WHERE id = ?");
    // From the last to the first: the first of the broken ones is told each time.
    for (let id = 200; id >= 1; id -= 1) {
      change.run(id);
      expect(audit.findFirstBroken()).toBe(id);
    }
  });

  it('holds while two connections write', async () => {
    const file = `${await makeTempDir()}/tuner-bot.db`;
    const audits = [openDatabase(file), openDatabase(file)].map(createAuditStore);
    for (let at = 1; at <= 20; at += 1) audits[at % 2]!.append({ ...record, at });
    expect(audits[0]!.list().map(({ at }) => at)).toEqual(
      Array.from({ length: 20 }, (_, index) => 20 - index),
    );
    expect(audits[0]!.findFirstBroken()).toBeUndefined();
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
    ['an entry hidden from a filter', "UPDATE audit SET user_id = '9' WHERE id = 4", 4],
    ['another outcome', "UPDATE audit SET outcome = 'refused' WHERE id = 5", 5],
    ['another time', 'UPDATE audit SET at = at - 1 WHERE id = 2', 2],
    ['a job that was not there', 'UPDATE audit SET job_id = 1 WHERE id = 1', 1],
    ['an entry with a hash of its own', "UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE id = 3", 3],
    [
      'an added entry',
      'INSERT INTO audit SELECT 6, at, user_id, kind, outcome, job_id, record_json, hash FROM audit WHERE id = 5',
      6,
    ],
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

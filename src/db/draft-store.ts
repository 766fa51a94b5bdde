import { randomBytes } from 'node:crypto';
import type { Db } from './open.js';

/** Drafts older than this are thrown away when a new one is kept: the menu they belong to has expired. */
const draftLifetimeMs = 24 * 60 * 60_000;

/** Requests that wait for an answer, in SQLite. `clock`: epoch ms. */
export function createDraftStore(db: Db, clock: () => number) {
  const insert = db.prepare('INSERT INTO drafts (id, body_json, created_at) VALUES (?, ?, ?)');
  const select = db.prepare<[string], { body_json: string }>('SELECT body_json FROM drafts WHERE id = ?');
  const update = db.prepare('UPDATE drafts SET body_json = ? WHERE id = ? AND body_json = ?');
  const remove = db.prepare<[string], { body_json: string }>(
    'DELETE FROM drafts WHERE id = ? RETURNING body_json',
  );
  const removeOld = db.prepare('DELETE FROM drafts WHERE created_at < ?');
  return {
    /** Keeps a JSON text; returns its id, 12 characters. */
    put(json: string): string {
      const id = randomBytes(9).toString('base64url');
      removeOld.run(clock() - draftLifetimeMs);
      insert.run(id, json, clock());
      return id;
    },
    get: (id: string): string | undefined => select.get(id)?.body_json,
    /** Puts `json` in place of `was`; false when something else stands there by now. */
    replace: (id: string, json: string, was: string): boolean => update.run(json, id, was).changes === 1,
    /** Takes it out: of several callers exactly one gets it. */
    take: (id: string): string | undefined => remove.get(id)?.body_json,
  };
}

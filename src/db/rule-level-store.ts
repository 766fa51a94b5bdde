import { readRuleLevel, readRuleName } from '../domain/sentinel/rule-names.js';
import type { RuleLevelStore } from '../services/sentinel/ports.js';
import type { Db } from './open.js';

/** In place of a job: for all of them. Jobs count from 1. */
const forGood = 0;

/** What people set for the sentinel's rules, in SQLite. Rules that this version does not know are passed over. */
export function createRuleLevelStore(db: Db): RuleLevelStore {
  const select = db.prepare<[number], { rule: string; level: string }>(
    'SELECT rule, level FROM rule_levels WHERE job_id = ?',
  );
  const remove = db.prepare('DELETE FROM rule_levels WHERE job_id = ? AND rule = ?');
  const upsert = db.prepare(
    `INSERT INTO rule_levels (job_id, rule, level, set_by, set_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job_id, rule) DO UPDATE SET level = excluded.level, set_by = excluded.set_by, set_at = excluded.set_at`,
  );
  return {
    get(jobId = forGood) {
      const known = select.all(jobId).flatMap(({ rule, level }) => {
        const name = readRuleName(rule);
        const read = readRuleLevel(level);
        return name && read ? [[name, read] as const] : [];
      });
      return Object.fromEntries(known);
    },
    set({ jobId = forGood, rule, level, by, at }) {
      if (level === undefined) remove.run(jobId, rule);
      else upsert.run(jobId, rule, level, by, at);
    },
  };
}

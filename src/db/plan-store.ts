import { randomBytes } from 'node:crypto';
import { plansOf, type PlanState, type ProposedPlan, type StoredPlan } from '../domain/plan.js';
import type { Confirmation, NewPlan, PlanStore } from '../services/jobs/ports.js';
import { insertJob } from './job-store.js';
import { jsonColumn } from './json.js';
import type { Db } from './open.js';

interface PlanRow {
  id: string;
  state_json: string;
  plan_json: string;
  requested_by: string;
  guild_id: string;
  channel_id: string;
  message_id: string | null;
  created_at: number;
  expires_at: number;
}

const states = jsonColumn<PlanState>();
const plans = jsonColumn<ProposedPlan>();

function toPlan(row: PlanRow): StoredPlan {
  return {
    id: row.id,
    state: states.read(row.state_json),
    plan: plans.read(row.plan_json),
    requestedBy: row.requested_by,
    guildId: row.guild_id,
    channelId: row.channel_id,
    ...(row.message_id !== null && { messageId: row.message_id }),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Plans in SQLite. Leaving `open` is one conditional update, so that exactly one of many presses wins. */
export function createPlanStore(db: Db): PlanStore {
  const insert = db.prepare(
    `INSERT INTO plans (id, state, state_json, plan_json, requested_by, guild_id, channel_id, created_at, expires_at)
     VALUES (?, 'open', '{"name":"open"}', ?, ?, ?, ?, ?, ?)`,
  );
  const select = db.prepare<[string], PlanRow>('SELECT * FROM plans WHERE id = ?');
  /** To another state, or to `open` with more in it. */
  const leaveOpen = db.prepare("UPDATE plans SET state = ?, state_json = ? WHERE id = ? AND state = 'open'");
  const updateMessage = db.prepare('UPDATE plans SET message_id = ? WHERE id = ?');
  const selectDue = db.prepare<[number], PlanRow>(
    "SELECT * FROM plans WHERE state = 'open' AND expires_at <= ? ORDER BY expires_at",
  );
  const countOpen = db.prepare<[string, number], { count: number; next: number | null }>(
    "SELECT count(*) AS count, min(expires_at) AS next FROM plans WHERE state = 'open' AND requested_by = ? AND expires_at > ?",
  );

  function get(id: string): StoredPlan | undefined {
    const row = select.get(id);
    return row && toPlan(row);
  }

  function close(id: string, state: PlanState): boolean {
    return leaveOpen.run(state.name, states.write(state), id).changes === 1;
  }

  function confirm(id: string, by: string, at: number, channelId: string): Confirmation {
    const stored = get(id);
    if (!stored) throw new Error(`No plan ${id}`);
    if (stored.state.name !== 'open') return { outcome: 'not-open', state: stored.state };
    const jobs = plansOf(stored.plan).map((plan) => insertJob(db, stored, plan, channelId, at));
    close(id, { name: 'confirmed', by, at, jobIds: jobs.map((job) => job.id) });
    return { outcome: 'confirmed', jobs };
  }

  const transact = db.transaction(confirm);

  return {
    create(plan: NewPlan) {
      const id = randomBytes(9).toString('base64url');
      insert.run(
        id,
        plans.write(plan.plan),
        plan.requestedBy,
        plan.guildId,
        plan.channelId,
        plan.createdAt,
        plan.expiresAt,
      );
      return { id, state: { name: 'open' }, ...plan };
    },
    get,
    setMessage: (id, messageId) => void updateMessage.run(messageId, id),
    confirm: (...given) => transact.immediate(...given),
    askOverwrite(id, by, at) {
      leaveOpen.run('open', states.write({ name: 'open', overwriteAsked: { by, at } }), id);
    },
    close,
    countOpen(requestedBy, now) {
      const { count = 0, next = null } = countOpen.get(requestedBy, now) ?? {};
      return { count, ...(next !== null && { nextExpiryAt: next }) };
    },
    listDue: (now) => selectDue.all(now).map(toPlan),
  };
}

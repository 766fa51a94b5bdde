import { randomBytes } from 'node:crypto';
import { canTransition, type Job, type JobKind, type JobState } from '../domain/job.js';
import type { Plan, StoredPlan } from '../domain/plan.js';
import type { JobFacts, JobFilter, JobStore, NewNotice } from '../services/jobs/ports.js';
import { appendAudit } from './audit-store.js';
import { tallyJobs } from './job-tally.js';
import { jsonColumn } from './json.js';
import type { Db } from './open.js';

interface JobRow {
  id: number;
  kind: JobKind;
  state_json: string;
  plan_json: string;
  plan_id: string;
  requested_by: string;
  guild_id: string;
  channel_id: string;
  created_at: number;
  started_at: number | null;
  position: number;
  held: number;
  attempts: number;
  slot: number | null;
  run_path: string | null;
  warnings_json: string;
}

const states = jsonColumn<JobState>();
const plans = jsonColumn<Plan>();
const sentences = jsonColumn<readonly string[]>();
const details = jsonColumn<Readonly<Record<string, unknown>>>();

function toJob(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    state: states.read(row.state_json),
    plan: plans.read(row.plan_json),
    planId: row.plan_id,
    requestedBy: row.requested_by,
    guildId: row.guild_id,
    channelId: row.channel_id,
    createdAt: row.created_at,
    ...(row.started_at !== null && { startedAt: row.started_at }),
    position: row.position,
    held: row.held === 1,
    attempts: row.attempts,
    ...(row.slot !== null && { slot: row.slot }),
    ...(row.run_path !== null && { runPath: row.run_path }),
    warnings: sentences.read(row.warnings_json),
  };
}

/** Queues a job of a confirmed plan, last in the queue. To be called within the transaction that confirms the plan. */
export function insertJob(db: Db, stored: StoredPlan, plan: Plan, channelId: string, at: number): Job {
  const state: JobState = { name: 'queued', at };
  const row = db
    .prepare<unknown[], JobRow>(
      `INSERT INTO jobs (kind, state, state_json, plan_json, plan_id, requested_by, guild_id, channel_id, created_at, position)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT coalesce(max(position), 0) + 1 FROM jobs)) RETURNING *`,
    )
    .get(
      plan.kind,
      state.name,
      states.write(state),
      plans.write(plan),
      stored.id,
      stored.requestedBy,
      stored.guildId,
      channelId,
      at,
    );
  if (!row) throw new Error('The job was not inserted.');
  const job = toJob(row);
  recordEvent(db, job, null, state);
  return job;
}

/** Who brought the state about, where it was a person. */
function actorOf(state: JobState): string | undefined {
  if (state.name === 'cancelled') return state.by;
  if (state.name === 'failed') return state.gaveUpBy;
  return state.name === 'starting' || state.name === 'running' ? state.cancel?.by : undefined;
}

/** Into the job's own history and into the audit. */
function recordEvent(db: Db, job: Job, from: string | null, to: JobState): void {
  db.prepare(
    'INSERT INTO job_events (job_id, at, from_state, to_state, state_json) VALUES (?, ?, ?, ?, ?)',
  ).run(job.id, to.at, from, to.name, states.write(to));
  const by = actorOf(to) ?? job.requestedBy;
  appendAudit(db, {
    at: to.at,
    kind: 'state',
    name: from === null ? to.name : `${from} → ${to.name}`,
    userId: by,
    guildId: job.guildId,
    channelId: job.channelId,
    jobId: job.id,
    input: {},
    outcome: to.name === 'failed' || to.name === 'lost' ? 'failed' : 'done',
    ...(to.name === 'failed' && { detail: to.failure.message }),
    ...(to.name === 'lost' && { detail: to.why }),
  });
}

/** To be called within the transaction of the change that it tells. */
export function insertNotice(db: Db, job: Job, notice: NewNotice, at: number): void {
  db.prepare(
    'INSERT INTO notices (kind, job_id, channel_id, user_id, detail_json, nonce, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ).run(
    notice.kind,
    job.id,
    job.channelId,
    job.requestedBy,
    details.write(notice.detail ?? {}),
    // 16 characters; Discord takes at most 25.
    randomBytes(12).toString('base64url'),
    at,
  );
}

const factColumns = {
  startedAt: 'started_at',
  attempts: 'attempts',
  slot: 'slot',
  runPath: 'run_path',
  warnings: 'warnings_json',
  held: 'held',
  position: 'position',
} as const satisfies Record<keyof JobFacts, string>;

function writeFacts(db: Db, id: number, facts: JobFacts): void {
  const { warnings, held, ...plain } = facts;
  const values: Record<string, unknown> = {
    ...plain,
    ...(warnings && { warnings: sentences.write(warnings) }),
    ...(held !== undefined && { held: held ? 1 : 0 }),
  };
  const assignments = Object.entries(factColumns)
    .filter(([key]) => values[key] !== undefined)
    .map(([key, column]) => `${column} = @${key}`);
  if (assignments.length === 0) return;
  db.prepare(`UPDATE jobs SET ${assignments.join(', ')} WHERE id = @id`).run({ ...values, id });
}

/** Jobs in SQLite. */
export function createJobStore(db: Db): JobStore {
  const select = db.prepare<[number], JobRow>('SELECT * FROM jobs WHERE id = ?');
  const selectActive = db.prepare<[], JobRow>(
    "SELECT * FROM jobs WHERE state IN ('queued', 'starting', 'running') ORDER BY position, id",
  );
  const selectByRunPath = db.prepare<[string], JobRow>(
    'SELECT * FROM jobs WHERE run_path = ? ORDER BY id DESC LIMIT 1',
  );
  // The whole state is compared: a cancellation that was recorded meanwhile must not be overwritten by an older view.
  const updateState = db.prepare('UPDATE jobs SET state = ?, state_json = ? WHERE id = ? AND state_json = ?');

  function get(id: number): Job | undefined {
    const row = select.get(id);
    return row && toJob(row);
  }

  function require(id: number): Job {
    const job = get(id);
    if (!job) throw new Error(`No job ${id}`);
    return job;
  }

  function transition(
    job: Job,
    to: JobState,
    change: { facts?: JobFacts; notices?: readonly NewNotice[] } = {},
  ): Job | undefined {
    if (!canTransition(job.state.name, to.name)) {
      throw new Error(`Job ${job.id}: no transition from ${job.state.name} to ${to.name}`);
    }
    const { changes } = updateState.run(to.name, states.write(to), job.id, states.write(job.state));
    if (changes !== 1) return undefined;
    if (change.facts) writeFacts(db, job.id, change.facts);
    recordEvent(db, job, job.state.name, to);
    for (const notice of change.notices ?? []) insertNotice(db, job, notice, to.at);
    return require(job.id);
  }

  function list(filter: JobFilter = {}): readonly Job[] {
    const conditions: string[] = [];
    const values: unknown[] = [];
    if (filter.kind) {
      conditions.push('kind = ?');
      values.push(filter.kind);
    }
    if (filter.states) {
      conditions.push(`state IN (${filter.states.map(() => '?').join(', ')})`);
      values.push(...filter.states);
    }
    if (filter.requestedBy) {
      conditions.push('requested_by = ?');
      values.push(filter.requestedBy);
    }
    const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
    return db
      .prepare<unknown[], JobRow>(`SELECT * FROM jobs ${where} ORDER BY id DESC LIMIT ? OFFSET ?`)
      .all(...values, filter.limit ?? 100, filter.offset ?? 0)
      .map(toJob);
  }

  const transact = db.transaction(transition);

  return {
    get,
    list,
    listActive: () => selectActive.all().map(toJob),
    findByRunPath(runPath) {
      const row = selectByRunPath.get(runPath);
      return row && toJob(row);
    },
    tally: (sinceMs) => tallyJobs(db, sinceMs),
    transition: (job, to, change) => transact.immediate(job, to, change),
    setFacts(id, facts) {
      writeFacts(db, id, facts);
      return require(id);
    },
  };
}

import type { Job } from '../domain/job.js';
import { isEnded } from '../domain/job.js';
import type { Ended, Episode, HealthyCheckpoint } from '../domain/sentinel/episode.js';
import type { Figures } from '../domain/sentinel/rule.js';
import type { RuleLevel, RuleName } from '../domain/sentinel/rule-names.js';
import type { JobStore } from '../services/jobs/ports.js';
import type { EpisodeChanges, EpisodeStore, NewEpisode } from '../services/sentinel/ports.js';
import { insertNotice } from './job-store.js';
import { jsonColumn } from './json.js';
import type { Db } from './open.js';

interface EpisodeRow {
  id: number;
  job_id: number;
  attempt: number;
  rule: RuleName;
  number: number;
  level: RuleLevel;
  step: number | null;
  since_step: number | null;
  healthy_step: number | null;
  at: number;
  sentence: string;
  figures_json: string;
  checkpoint_json: string | null;
  ended_step: number | null;
  ended_at: number | null;
}

/** As texts: JSON has neither NaN nor infinities. */
const figureTexts = jsonColumn<Readonly<Record<string, string>>>();
const checkpoints = jsonColumn<HealthyCheckpoint>();

function writeFigures(figures: Figures): string {
  return figureTexts.write(
    Object.fromEntries(Object.entries(figures).map(([key, value]) => [key, String(value)])),
  );
}

function readFigures(json: string): Figures {
  return Object.fromEntries(Object.entries(figureTexts.read(json)).map(([key, text]) => [key, Number(text)]));
}

function toEpisode(row: EpisodeRow): Episode {
  return {
    id: row.id,
    jobId: row.job_id,
    attempt: row.attempt,
    rule: row.rule,
    number: row.number,
    level: row.level,
    ...(row.step !== null && { step: row.step }),
    ...(row.since_step !== null && { sinceStep: row.since_step }),
    ...(row.healthy_step !== null && { healthyStep: row.healthy_step }),
    atMs: row.at,
    sentence: row.sentence,
    figures: readFigures(row.figures_json),
    ...(row.checkpoint_json !== null && { checkpoint: checkpoints.read(row.checkpoint_json) }),
    ...(row.ended_at !== null && {
      end: { atMs: row.ended_at, ...(row.ended_step !== null && { step: row.ended_step }) },
    }),
  };
}

/** What the sentinel saw, in SQLite. `jobs`: the store over the same database. */
export function createEpisodeStore(db: Db, jobs: JobStore): EpisodeStore {
  const selectOne = db.prepare<[number], EpisodeRow>('SELECT * FROM episodes WHERE id = ?');
  const selectAll = db.prepare<[number, number | null, number | null], EpisodeRow>(
    'SELECT * FROM episodes WHERE job_id = ? AND (? IS NULL OR attempt = ?) ORDER BY id',
  );
  const insert = db.prepare<unknown[], { id: number }>(
    `INSERT INTO episodes (job_id, attempt, rule, number, level, step, since_step, healthy_step, at, sentence, figures_json, checkpoint_json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (job_id, attempt, rule, number) DO NOTHING RETURNING id`,
  );
  const close = db.prepare(
    `UPDATE episodes SET ended_step = ?, ended_at = ?
     WHERE job_id = ? AND attempt = ? AND rule = ? AND number = ? AND ended_at IS NULL`,
  );

  /** The id, or undefined when it is known already. */
  function begin(job: Job, { begun, level, checkpoint }: NewEpisode): number | undefined {
    const row = insert.get(
      job.id,
      job.attempts,
      begun.rule,
      begun.number,
      level,
      begun.step ?? null,
      begun.sinceStep ?? null,
      begun.healthyStep ?? null,
      begun.atMs,
      begun.sentence,
      writeFigures(begun.figures),
      checkpoint ? checkpoints.write(checkpoint) : null,
    );
    return row?.id;
  }

  function end(job: Job, { step, atMs, rule, number }: Ended): boolean {
    return close.run(step ?? null, atMs, job.id, job.attempts, rule, number).changes > 0;
  }

  /** All that an episode sets in motion besides its row. */
  function follow(job: Job, id: number, episode: NewEpisode, changes: EpisodeChanges): void {
    const { begun, level } = episode;
    if (level === 'silent') return;
    const told = begun.step === undefined ? begun.sentence : `${begun.sentence} (step ${begun.step})`;
    // One a rule: a figure on the brink would fill the message otherwise. The table has them all.
    if (begun.number === 1) jobs.setFacts(job.id, { warnings: [...job.warnings, told] });
    if (level === 'warn') return;
    const stopped = level === 'auto-stop' && !changes.over && stop(job, begun.rule, changes.at);
    const detail = { episode: id, rule: begun.rule, message: told, stopped };
    insertNotice(db, job, { kind: 'alarm', detail }, changes.at);
  }

  function stop(job: Job, rule: RuleName, at: number): boolean {
    const { state } = job;
    if ((state.name !== 'running' && state.name !== 'starting') || state.cancel) return false;
    const cancel = { by: job.requestedBy, at, rule };
    return jobs.transition(job, { ...state, cancel }) !== undefined;
  }

  function record(jobId: number, changes: EpisodeChanges): boolean {
    let written = false;
    for (const episode of changes.began) {
      // Read anew for each: the one before may have changed its warnings and state.
      const job = jobs.get(jobId);
      if (!job || isEnded(job.state)) return written;
      const id = begin(job, episode);
      if (id === undefined) continue;
      written = true;
      follow(job, id, episode, changes);
    }
    const job = jobs.get(jobId);
    if (!job || isEnded(job.state)) return written;
    for (const ended of changes.ended) written = end(job, ended) || written;
    return written;
  }

  const transact = db.transaction(record);

  return {
    list: (jobId, attempt) => selectAll.all(jobId, attempt ?? null, attempt ?? null).map(toEpisode),
    get(id) {
      const row = selectOne.get(id);
      return row && toEpisode(row);
    },
    record: (jobId, changes) => transact.immediate(jobId, changes),
  };
}

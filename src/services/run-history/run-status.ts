import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isEnded, type Job } from '../../domain/job.js';
import type { RunHead } from '../../domain/run-list.js';
import type { RunMetrics } from '../../domain/run-metrics.js';
import { mostSilentMs, seemsRunning } from '../../domain/seems-running.js';
import { findLogs } from '../metrics/find-logs.js';
import type { FoundRun } from './find-runs.js';

/** Whether a run runs, and from what that is inferred where no job says so. */
export type RunStanding = Pick<RunHead, 'status' | 'logWrittenMs'>;

/** Clocks and file systems round times. */
const toleranceMs = 2_000;
/** A trainer may say so in its log after it has saved the final model. */
const lastWordsMs = 10_000;

/**
 * What becomes of a run. A job that is not over says it; of any other run its log is asked. `readMetrics` is called for a
 * log that was written lately alone. Throws what the file system says.
 */
export async function standingOf(
  found: FoundRun,
  job: Job | undefined,
  nowMs: number,
  readMetrics: () => Promise<RunMetrics>,
): Promise<RunStanding> {
  const { run, layout } = found;
  const over: RunStanding = { status: run.hasFinalModel ? 'finished' : 'unfinished' };
  if (job && !isEnded(job.state)) {
    return job.state.name === 'queued' ? over : { status: 'running' };
  }
  // A final model is the last thing that a training writes; where all share one folder, it may be of the one before.
  if (run.hasFinalModel && layout.kind === 'folders') return over;
  const writtenMs = await lastWritten(found);
  if (writtenMs === undefined || nowMs - writtenMs > mostSilentMs) return over;
  if (job && writtenMs <= job.state.at + toleranceMs) return over;
  if (run.hasFinalModel) {
    const savedMs = await newestIn(join(run.path, layout.finalModel));
    if (savedMs + lastWordsMs >= writtenMs) return over;
  }
  const { last, summary } = await readMetrics();
  const running = seemsRunning({ nowMs, writtenMs, last, closed: summary !== undefined });
  return running ? { status: 'running', logWrittenMs: writtenMs } : over;
}

async function lastWritten({ run, layout }: FoundRun): Promise<number | undefined> {
  const logs = await findLogs({ folder: run.path, pattern: layout.logs });
  return logs.length === 0 ? undefined : Math.max(...logs.map(({ modifiedMs }) => modifiedMs));
}

/** Of what lies in a folder the newest, epoch ms; 0 of nothing. */
async function newestIn(folder: string): Promise<number> {
  const names = await readdir(folder).catch((): string[] => []);
  const times = names.map((name) =>
    stat(join(folder, name)).then(
      ({ mtimeMs }) => mtimeMs,
      () => 0,
    ),
  );
  return Math.max(0, ...(await Promise.all(times)));
}

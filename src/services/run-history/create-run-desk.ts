import { UserError } from '../../domain/user-error.js';
import { runsAPage, type RunListFilter, type RunListPage } from '../../domain/run-list.js';
import { createRunCompletion } from './complete-runs.js';
import { findRuns, type FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { readCheckpoints } from './read-checkpoints.js';
import { createRunReader } from './read-run.js';
import { requireCheckpoint } from './require-checkpoint.js';
import type { RunDesk } from './run-desk.js';

/** The desk over the toolset's runs, the job history and the metrics. */
export function createRunDesk(parts: RunDeskParts): RunDesk {
  const { toolset, clock } = parts;
  const reader = createRunReader(parts);

  async function listPage(filter: RunListFilter, wanted: number): Promise<RunListPage> {
    const { platform, method, status, sinceMs } = filter;
    const { runs, problems } = await findRuns(toolset);
    const fitting = runs
      .filter(({ backend }) => platform === undefined || backend.platform === platform)
      .filter(({ backend }) => method === undefined || backend.method === method)
      .filter(({ run }) => sinceMs === undefined || run.modifiedMs >= sinceMs)
      .filter((found) => status === undefined || reader.headOf(found).status === status);
    const pages = Math.max(1, Math.ceil(fitting.length / runsAPage));
    const page = Math.min(wanted, pages - 1);
    const shown = fitting.slice(page * runsAPage, (page + 1) * runsAPage);
    return {
      filter,
      page,
      entries: await Promise.all(shown.map((found) => reader.readEntry(found))),
      total: fitting.length,
      problems,
    };
  }

  async function require(wanted: string): Promise<FoundRun> {
    const { runs } = await findRuns(toolset);
    const found = runs.find(({ id, shownPath, run }) => [id, shownPath, run.name].includes(wanted));
    if (found) return found;
    throw new UserError(
      `There is no run "${wanted.slice(0, 100)}".`,
      'Choose one of the list that appears while you type; /runs shows all.',
    );
  }

  return {
    now: clock,
    listPage,
    complete: createRunCompletion(parts),
    async show(wanted) {
      const found = await require(wanted);
      return readCheckpoints(found, reader.headOf(found), parts.metrics);
    },
    async requestResume(runId, step) {
      const found = await require(runId);
      const { platform, method } = found.backend;
      const resumeFrom = await requireCheckpoint(found, step);
      return { platform, method, overrides: {}, dryRun: false, resumeFrom };
    },
  };
}

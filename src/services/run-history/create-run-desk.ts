import { runsAPage, type RunListFilter, type RunListPage } from '../../domain/run-list.js';
import { findRuns } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { createRunReader } from './read-run.js';
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

  return { now: clock, listPage };
}

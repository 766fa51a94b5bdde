import { UserError } from '../../domain/user-error.js';
import { runsAPage, type RunListFilter, type RunListPage } from '../../domain/run-list.js';
import { listCheckpoints } from '../toolset/checkpoints.js';
import { choiceName } from '../training/choice-value.js';
import type { NamedValue } from '../training/training-desk.js';
import { createRunCompletion } from './complete-runs.js';
import { findRuns, type FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { readCheckpoints } from './read-checkpoints.js';
import { createRunReader } from './read-run.js';
import { readSubject } from './read-subject.js';
import { requireCheckpoint } from './require-checkpoint.js';
import type { RunDesk } from './run-desk.js';

/** Up to so many runs their checkpoints are offered as well. */
const fewRuns = 3;
/** Discord shows at most 25 choices. */
const maxChoices = 25;

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

  const complete = createRunCompletion(parts);

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
    complete,
    async completeSubjects(typed) {
      const [name = '', step = ''] = typed.split('@');
      const offered = await complete(name);
      if (offered.length > fewRuns && !typed.includes('@')) return offered;
      const found = await Promise.all(offered.slice(0, fewRuns).map(({ value }) => require(value)));
      const points = await Promise.all(found.map((one) => namePoints(one, step)));
      const all = [...(typed.includes('@') ? [] : offered), ...points.flat()];
      return all.slice(0, maxChoices);
    },
    async show(wanted) {
      const found = await require(wanted);
      return readCheckpoints(found, reader.headOf(found), parts.metrics);
    },
    async subject(wanted) {
      const [, name = wanted, step] = /^(.*)@(\d{1,15})$/.exec(wanted.trim()) ?? [];
      return readSubject(parts, await require(name), step === undefined ? undefined : Number(step));
    },
    async requestResume(runId, step) {
      const found = await require(runId);
      const { platform, method } = found.backend;
      const resumeFrom = await requireCheckpoint(found, step);
      return { platform, method, overrides: {}, dryRun: false, resumeFrom };
    },
  };
}

async function namePoints({ id, run, backend, layout }: FoundRun, step: string): Promise<NamedValue[]> {
  const listed = await listCheckpoints(run, layout);
  return listed
    .filter((checkpoint) => String(checkpoint.step).startsWith(step.trim()))
    .map((checkpoint) => ({
      name: choiceName(`${backend.method} ${run.name} @ ${checkpoint.step}`),
      value: `${id}@${checkpoint.step}`,
    }));
}

import { runsAPage, type RunListFilter, type RunListPage } from '../../domain/run-list.js';
import { listCheckpoints } from '../toolset/checkpoints.js';
import { mapLimited } from '../toolset/map-limited.js';
import { choiceName } from '../training/choice-value.js';
import type { NamedValue } from '../training/training-desk.js';
import { createRunCompletion } from './complete-runs.js';
import { runIdOf, type FoundRun } from './find-runs.js';
import { listTypes } from './list-types.js';
import type { RunDeskParts } from './parts.js';
import { readCheckpoints } from './read-checkpoints.js';
import { createRunReader } from './read-run.js';
import { readSubject } from './read-subject.js';
import { requireCheckpoint } from './require-checkpoint.js';
import { requireRun } from './require-run.js';
import type { RunDesk } from './run-desk.js';

/** Up to so many runs their checkpoints are offered as well. */
const fewRuns = 3;
/** Discord shows at most 25 choices. */
const maxChoices = 25;
/** Runs whose logs are looked at side by side. */
const parallel = 16;

/** The desk over the toolset's runs, the job history and the metrics. */
export function createRunDesk(parts: RunDeskParts): RunDesk {
  const { finder, clock } = parts;
  const reader = createRunReader(parts);
  const complete = createRunCompletion(parts);

  async function listPage(filter: RunListFilter, wanted: number): Promise<RunListPage> {
    const { runs, problems } = await finder.find();
    const fitting = await withStatus(runs.filter(fits(filter)), filter);
    const pages = Math.max(1, Math.ceil(fitting.length / runsAPage));
    const page = Math.min(wanted, pages - 1);
    const shown = fitting.slice(page * runsAPage, (page + 1) * runsAPage);
    const entries = await Promise.all(shown.map((found) => reader.readEntry(found)));
    return { filter, page, entries, total: fitting.length, problems };
  }

  async function withStatus(
    runs: readonly FoundRun[],
    { status }: RunListFilter,
  ): Promise<readonly FoundRun[]> {
    if (status === undefined) return runs;
    const standings = await mapLimited(runs, parallel, (found) => reader.standing(found));
    return runs.filter((_, index) => standings[index]?.status === status);
  }

  async function require(wanted: string): Promise<FoundRun> {
    return requireRun((await finder.find()).runs, wanted, finder.root);
  }

  return {
    async start() {
      await finder.find();
    },
    now: clock,
    listPage,
    listTypes: async () => listTypes((await finder.find()).runs),
    async complete(typed) {
      return (await complete(typed)).map(({ name, value }) => ({ name, value }));
    },
    async completeSubjects(typed) {
      const [name = '', step = ''] = typed.split('@');
      const offered = await complete(name);
      const named = offered.map(({ name, value }) => ({ name, value }));
      if (offered.length > fewRuns && !typed.includes('@')) return named;
      const points = offered.slice(0, fewRuns).map(({ found }) => namePoints(found, step));
      const all = [...(typed.includes('@') ? [] : named), ...(await Promise.all(points)).flat()];
      return all.slice(0, maxChoices);
    },
    locate: require,
    async show(wanted) {
      const found = await require(wanted);
      return readCheckpoints(found, await reader.readHead(found), parts.metrics);
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

function fits({ platform, method, sinceMs }: RunListFilter): (found: FoundRun) => boolean {
  return ({ run, backend }) =>
    (platform === undefined || backend.platform === platform) &&
    (method === undefined || backend.method === method) &&
    (sinceMs === undefined || run.modifiedMs >= sinceMs);
}

async function namePoints(found: FoundRun, step: string): Promise<NamedValue[]> {
  const { run, backend, layout } = found;
  const listed = await listCheckpoints(run, layout);
  return listed
    .filter((checkpoint) => String(checkpoint.step).startsWith(step.trim()))
    .map((checkpoint) => ({
      name: choiceName(`${backend.method} ${run.name} @ ${checkpoint.step}`),
      value: `${runIdOf(found)}@${checkpoint.step}`,
    }));
}

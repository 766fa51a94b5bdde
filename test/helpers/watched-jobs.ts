import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createEpisodeStore } from '../../src/db/episode-store.js';
import { createRuleLevelStore } from '../../src/db/rule-level-store.js';
import type { LevelChoices } from '../../src/domain/sentinel/rule-names.js';
import { defaultThresholds } from '../../src/domain/sentinel/thresholds.js';
import { createJobWatch } from '../../src/services/sentinel/job-watch.js';
import type { ReadGpu } from '../../src/services/sentinel/ports.js';
import { createTrainKind } from '../../src/services/training-jobs/train-kind.js';
import { alice, openJobs, type JobsOptions } from './jobs.js';
import { makeTempDir } from './temp-dir.js';
import { makeTrainPlan } from './train-plan.js';
import { waitFor } from './wait-for.js';

export interface WatchedOptions extends Omit<JobsOptions, 'kinds'> {
  readonly levels?: LevelChoices;
  readonly readGpu?: ReadGpu;
}

/** `openJobs` whose trainings are watched by the sentinel. Opened twice on one `dataDir` it is the bot restarted. */
export async function openWatched(options: WatchedOptions = {}) {
  const { levels = {}, readGpu, clock = Date.now, ...rest } = options;
  const setup = await openJobs({
    ...rest,
    clock,
    kinds: (db, jobs) => {
      const shared = {
        episodes: createEpisodeStore(db, jobs),
        ruleLevels: createRuleLevelStore(db),
        thresholds: defaultThresholds,
        levels,
        clock,
        ...(readGpu && { readGpu }),
      };
      const training = { compare: () => Promise.resolve([]), replan: () => Promise.reject(new Error('no')) };
      const watch = (
        job: Parameters<typeof createJobWatch>[0]['job'],
        plan: ReturnType<typeof makeTrainPlan>,
      ) => createJobWatch({ ...shared, job, plan });
      return {
        train: createTrainKind({ training, environment: { PATH: process.env['PATH'] ?? '' }, watch }),
      };
    },
  });
  return { ...setup, episodes: createEpisodeStore(setup.db, setup.jobs) };
}

export type Watched = Awaited<ReturnType<typeof openWatched>>;

/** A job whose child tells a run folder and then only lives; its log is written by the test. */
export async function startWatchedJob(setup: Watched, over: { method?: string; print?: string } = {}) {
  const runsDir = join(await makeTempDir(), 'out');
  const runPath = join(runsDir, '20260101_000000');
  mkdirSync(join(runPath, 'logs'), { recursive: true });
  const code = `print(${JSON.stringify(`Training run directory: ${runPath}\n${over.print ?? ''}`)}, flush=True); import time; time.sleep(60)`;
  const { layout } = makeTrainPlan();
  const plan = makeTrainPlan({
    method: over.method ?? 'kto',
    launch: { argv: ['python3', '-u', '-c', code], cwd: '/', env: {} },
    layout: { ...layout, runsDir },
  });
  const stored = setup.planDesk.propose(plan, alice);
  const result = await setup.planDesk.confirm(stored.id, alice);
  if (result.outcome !== 'confirmed' || !result.jobs[0]) throw new Error('not confirmed');
  const { id } = result.jobs[0];
  setup.supervisor.start();
  await waitFor(() => setup.jobs.get(id)?.runPath === runPath);
  return { id, runPath, log: join(runPath, 'logs', 'training_20260101_000000.jsonl') };
}

/** Appends entries as Python writes them, NaN and all: `{loss: NaN}` of each step. */
export function appendLog(log: string, entries: readonly (readonly [step: number, values: string])[]): void {
  for (const [step, values] of entries) {
    appendFileSync(log, `{"step": ${step}, "interval_time": 1.0, ${values}}\n`);
  }
}

/** Notices of alarms that were not sent, oldest first. */
export function alarmsOf({ notices }: Pick<Watched, 'notices'>) {
  return notices.listPending(100).filter(({ kind }) => kind === 'alarm');
}

import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Job } from '../../domain/job.js';
import type { MetricEntry } from '../../domain/metrics.js';
import type { JobProgress } from '../../domain/progress.js';
import type { TrainPlan } from '../../domain/train-plan.js';
import type { Tracker } from '../jobs/kinds.js';
import { createOutputFollower } from '../jobs/output-follower.js';
import type { FollowedMetrics, MetricsFollower } from '../metrics/follower.js';
import type { JobWatch } from '../sentinel/job-watch.js';
import { checkFinalModel } from '../toolset/final-model.js';
import { noOutputFacts, readOutputLine } from './output-facts.js';
import { estimateRemainingMs } from './pace.js';
import { createProgressBook } from './progress-book.js';
import { judgeTraining } from './verdict.js';

export interface TrackerParts {
  readonly job: Job;
  readonly plan: TrainPlan;
  /** Folder of the attempt. */
  readonly dir: string;
  /** Follows the logs of the run in this folder. */
  readonly follow: (runPath: string) => MetricsFollower;
  /** The sentinel; absent for a job that is over. */
  readonly watch?: JobWatch;
}

const keptLines = 15;
const maxLineLength = 200;
/** File systems round times, and local times in logs are cut: a file this much older still counts as written since. */
const clockToleranceMs = 2_000;

/** Follows one training: its output, and its metrics once it has told its run folder. */
export function createTrainTracker({ job, plan, dir, follow, watch }: TrackerParts): Tracker {
  let facts = noOutputFacts;
  const output = createOutputFollower(join(dir, 'output.log'), keptLines, (line) => {
    facts = readOutputLine(facts, line, plan.totalSteps);
  });
  let book = createProgressBook(plan.columns);
  let unreadableLines = 0;
  let source: MetricsFollower | undefined;
  let runPath = plan.layout.kind === 'single' ? plan.layout.runsDir : job.runPath;
  let polling: Promise<boolean> | undefined;

  async function pollOnce(over: boolean): Promise<boolean> {
    const printed = await output.poll();
    runPath ??= findRunPath(plan, facts.runFolder);
    const { entries, restarted } = await readMetrics();
    const { phase } = progress();
    const { outOfMemory } = facts;
    const seen = await watch?.see({ entries, restarted, phase, outOfMemory, runPath, over });
    return printed || entries.length > 0 || seen === true;
  }

  async function readMetrics(): Promise<Pick<FollowedMetrics, 'entries' | 'restarted'>> {
    if (runPath === undefined) return { entries: [], restarted: false };
    source ??= follow(runPath);
    const found = await source.poll();
    if (found.restarted) {
      book = createProgressBook(plan.columns);
      unreadableLines = 0;
    }
    unreadableLines += found.unreadableLines;
    const since = job.startedAt ?? job.createdAt;
    const entries = found.entries.filter((entry) => isOwn(plan, entry, since));
    for (const entry of entries) book.add(entry);
    return { entries, restarted: found.restarted };
  }

  function progress(): JobProgress {
    const step = maxDefined(book.lastStep, facts.step);
    const totalSteps = facts.totalSteps ?? plan.totalSteps;
    const etaMs = totalSteps === undefined ? undefined : estimateRemainingMs(book.times(), totalSteps);
    const lastLine = output.lastLine()?.slice(0, maxLineLength);
    const { epoch, firstNonFiniteStep } = book;
    return {
      phase: facts.saving || book.closed ? 'saving' : step === undefined ? 'loading' : 'training',
      ...(step !== undefined && { step }),
      ...(totalSteps !== undefined && { totalSteps }),
      ...(epoch !== undefined && { epoch }),
      ...(etaMs !== undefined && { etaMs }),
      figures: book.figures(),
      earlier: book.earlier(),
      evaluation: book.evaluation(),
      ...(lastLine !== undefined && { lastLine }),
      ...(firstNonFiniteStep !== undefined && { firstNonFiniteStep }),
      unreadableLines,
    };
  }

  return {
    poll(over = false) {
      // One read at a time: two would both take the same bytes.
      polling ??= pollOnce(over).finally(() => {
        polling = undefined;
      });
      return polling;
    },
    progress,
    curves: () => book.curves(),
    tail: () => output.tail(),
    runPath: () => runPath,
    async judge(end, cancel) {
      const { lastNotFinite } = book;
      return judgeTraining({
        end,
        cancel,
        facts,
        dryRun: plan.dryRun,
        finalModel:
          runPath === undefined
            ? { whole: false, why: 'it never told where its run folder is' }
            : await checkFinalModel(plan.layout, runPath),
        finalModelIsNew:
          runPath !== undefined &&
          (await newestChangeMs(join(runPath, plan.layout.finalModel))) >=
            (job.startedAt ?? job.createdAt) - clockToleranceMs,
        ...(lastNotFinite && { lastNotFinite }),
        unreadableLines,
      });
    },
  };
}

/** The printed folder, if it lies among the runs of this method: what a program prints is not trusted as a path. */
function findRunPath(plan: TrainPlan, printed: string | undefined): string | undefined {
  if (printed === undefined) return undefined;
  const path = resolve(plan.launch.cwd, printed);
  const inner = relative(plan.layout.runsDir, path);
  return inner === '' || inner.startsWith('..') || isAbsolute(inner) ? undefined : path;
}

/** A log that is appended over all runs (mlx) holds the entries of earlier ones; a folder of its own does not. */
function isOwn(plan: TrainPlan, entry: MetricEntry, sinceMs: number): boolean {
  if (plan.layout.kind === 'folders') return true;
  return entry.atMs !== undefined && entry.atMs >= sinceMs - clockToleranceMs;
}

/** Newest modification time among the folder and its files, epoch ms; 0 when it is not there. */
async function newestChangeMs(folder: string): Promise<number> {
  try {
    const names = await readdir(folder);
    const times = await Promise.all([folder, ...names.map((name) => join(folder, name))].map(changeMs));
    return Math.max(...times);
  } catch {
    return 0;
  }
}

async function changeMs(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}

function maxDefined(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}

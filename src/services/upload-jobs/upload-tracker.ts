import { join } from 'node:path';
import type { CancelRequest, Job } from '../../domain/job.js';
import { noProgress } from '../../domain/progress.js';
import type { UploadPlan } from '../../domain/upload-plan.js';
import { uploadStages, type UploadProgress, type UploadStage } from '../../domain/upload-progress.js';
import type { ChildEnd, Tracker, Verdict } from '../jobs/kinds.js';
import { createOutputFollower } from '../jobs/output-follower.js';
import { maxTries } from './retry-policy.js';
import { settleUpload, type SettleParts } from './settle-upload.js';
import { noUploadFacts, readUploadLine, type UploadFacts } from './upload-facts.js';

const keptLines = 15;

/**
 * How long a person who cancels waits for the Hub's word on an upload whose program has ended: what was pushed is there
 * whether the bot looks or not.
 */
const cancelPatienceMs = 10_000;

/** Follows one try of an upload: its program's output, then the bot's own look at the Hub. */
export function createUploadTracker(parts: SettleParts, job: Job, plan: UploadPlan, dir: string): Tracker {
  let facts: UploadFacts = noUploadFacts;
  const onLine = (line: string): void => {
    facts = readUploadLine(facts, line);
  };
  // What was made is told in the middle, between the bars of hours.
  const output = createOutputFollower(join(dir, 'output.log'), keptLines, onLine, { readsAll: true });
  /** Where the look at the Hub stands; absent before. */
  let verifying: Pick<UploadProgress, 'item' | 'part'> | undefined;
  let news = false;
  let settling: Promise<void> | undefined;
  let settled: Verdict | undefined;
  const abort = new AbortController();
  const tried = triedOf(job);

  function tell(now: typeof verifying): void {
    verifying = now;
    news = true;
  }

  async function settle(end: ChildEnd): Promise<void> {
    try {
      settled = await settleUpload(parts, {
        jobId: job.id,
        dir,
        plan,
        facts,
        end,
        tried,
        signal: abort.signal,
        onVerify: () => tell({}),
        onHash: (item, part) => tell({ item, part }),
      });
    } catch (error) {
      // Given up for a person who cancels; anything else is a defect, and the job must not hang in it.
      if (!abort.signal.aborted)
        parts.log.error({ err: error, job: job.id }, 'an upload could not be judged');
      settled = {
        name: 'failed',
        failure: { code: 'upload-incomplete', message: 'What became of it could not be found out.' },
      };
    }
  }

  function progress(): UploadProgress {
    const stages = stagesOf(plan, facts.pushesOnly || isMade(job));
    const { stage, item, part, sentBytes, totalBytes, bytesPerSecond, etaMs } = facts;
    const shown = verifying ?? { item, part, sentBytes, totalBytes, bytesPerSecond, etaMs };
    // The program begins with a merge, also where there is nothing to merge.
    const printed = stage !== undefined && !stages.includes(stage) ? stages[0] : stage;
    const now: UploadStage | undefined = verifying ? 'verify' : printed;
    return {
      stages,
      attempt: tried,
      attempts: maxTries,
      ...(now !== undefined && { stage: now }),
      ...withoutAbsent(shown),
    };
  }

  return {
    async poll() {
      const printed = await output.poll();
      const told = news;
      news = false;
      return printed || told;
    },
    progress: () => {
      const lastLine = output.lastLine()?.slice(0, 200);
      return { ...noProgress, upload: progress(), ...(lastLine !== undefined && { lastLine }) };
    },
    curves: () => [],
    tail: () => output.tail(),
    // The run is the training's; an upload has none of its own.
    runPath: () => undefined,
    judge(end, cancel) {
      // Not awaited: the supervisor looks at other jobs while the Hub is asked.
      settling ??= settle(end);
      return Promise.resolve(verdictNow(cancel));
    },
  };

  function verdictNow(cancel: CancelRequest | undefined): Verdict | undefined {
    // An upload that is found whole is one, whoever wished to end it meanwhile.
    if (settled) return cancel && settled.name !== 'succeeded' ? { name: 'cancelled' } : settled;
    if (!cancel || parts.clock() - cancel.at < cancelPatienceMs) return undefined;
    abort.abort();
    return { name: 'cancelled' };
  }
}

/** The try that the job is at, 1 for the first. */
function triedOf({ state, attempts }: Job): number {
  if (state.name === 'queued') return (state.retry?.next ?? 2) - 1;
  if (state.name === 'starting' || state.name === 'running') return state.retry?.next ?? 1;
  // Of one that is over the number of its children is near enough.
  return Math.min(Math.max(attempts, 1), maxTries);
}

function isMade({ plan, state }: Job): boolean {
  return (plan.kind === 'upload' && plan.made === true) || ('retry' in state && state.retry?.made === true);
}

/** The stages that an upload goes through. */
export function stagesOf(plan: UploadPlan, pushesOnly: boolean): readonly UploadStage[] {
  const skipped = new Set<UploadStage>();
  if (pushesOnly) return ['push', 'verify'];
  if (plan.saveMethod === undefined || plan.saveMethod === 'lora') skipped.add('merge');
  if (plan.source.kind === 'hub') skipped.add('push').add('card');
  if (plan.quantizations.length === 0) skipped.add('convert').add('files');
  return uploadStages.filter((stage) => !skipped.has(stage));
}

/** `exactOptionalPropertyTypes`: a key with undefined is not an absent one. */
function withoutAbsent(figures: {
  readonly [key in 'item' | 'part' | 'sentBytes' | 'totalBytes' | 'bytesPerSecond' | 'etaMs']?:
    UploadProgress[key] | undefined;
}): Partial<UploadProgress> {
  const { item, part, sentBytes, totalBytes, bytesPerSecond, etaMs } = figures;
  return {
    ...(item !== undefined && { item }),
    ...(part !== undefined && { part }),
    ...(sentBytes !== undefined && { sentBytes }),
    ...(totalBytes !== undefined && { totalBytes }),
    ...(bytesPerSecond !== undefined && { bytesPerSecond }),
    ...(etaMs !== undefined && { etaMs }),
  };
}

import type { Curve } from '../../domain/chart.js';
import type { CancelRequest, Failure, Job, JobKind } from '../../domain/job.js';
import type { Launch, Plan, ProposedPlan } from '../../domain/plan.js';
import type { JobProgress } from '../../domain/progress.js';
import type { UploadResult, UploadRetry } from '../../domain/upload-plan.js';

/** How a child ended, as far as it is known. */
export type ChildEnd =
  | { readonly name: 'exited'; readonly exitCode: number; readonly at: number }
  | { readonly name: 'vanished'; readonly why: string; readonly at: number };

/** The honest word on an ended child. The supervisor makes the job's state of it. */
export type Verdict =
  | { readonly name: 'succeeded'; readonly warnings: readonly string[]; readonly upload?: UploadResult }
  | { readonly name: 'failed'; readonly failure: Failure; readonly exitCode?: number }
  | { readonly name: 'cancelled' }
  | { readonly name: 'lost'; readonly why: string }
  /** An upload met trouble that may pass: back to the queue, its slot free, until the time that stands there. */
  | { readonly name: 'again'; readonly retry: UploadRetry };

/** Follows one job's files. Holds nothing that cannot be read from them again. */
export interface Tracker {
  /** Reads what is new; true when something that a message shows has changed. `over`: the child has ended. */
  poll(over?: boolean): Promise<boolean>;
  progress(): JobProgress;
  curves(): readonly Curve[];
  /** The last lines of the output, 15 at most. */
  tail(): readonly string[];
  /** The run folder, once the program has told it. */
  runPath(): string | undefined;
  /**
   * To be called after the child's end; reads what is left first. Undefined: not known yet (an upload is being verified);
   * asked again at the next tick, and anew after a restart.
   */
  judge(end: ChildEnd, cancel: CancelRequest | undefined): Promise<Verdict | undefined>;
}

/** What a start comes to, as found out just before it. */
export type Preparation =
  | { readonly name: 'start'; readonly launch: Launch }
  /** What was confirmed is not what would run: a sentence for each difference. */
  | { readonly name: 'changed'; readonly differences: readonly string[] }
  /** No child is started: it has failed, or is tried again later. */
  | { readonly name: 'not-now'; readonly verdict: Extract<Verdict, { name: 'failed' | 'again' }> };

/** What differs between kinds of jobs. */
export interface JobKindRules {
  readonly kind: JobKind;
  /** Whether it needs a GPU slot, or runs beside others. */
  needsSlot(job: Pick<Job, 'plan' | 'state'>): boolean;
  /** Jobs of the same lane run one after another; absent: beside any. */
  laneOf?(plan: Plan): string;
  /** What is to be started; absent: the plan's program, unless `compare` finds a difference. `dir`: folder of the attempt. */
  prepare?(job: Job, dir: string): Promise<Preparation>;
  /**
   * What changed since the plan was shown, a sentence each. Empty: it may run. `job`: the one that is about to start;
   * absent: the plan is about to be confirmed.
   */
  compare(plan: Plan, job?: Job): Promise<readonly string[]>;
  /** The plan made anew, to be shown in place of one that no longer holds. */
  replan(plan: ProposedPlan): Promise<ProposedPlan>;
  /** Secrets and settings for the child's environment. */
  environment(plan: Plan): Readonly<Record<string, string>>;
  /** `dir`: folder of the attempt. */
  track(job: Job, dir: string): Tracker;
}

export type KindTable = Readonly<Partial<Record<JobKind, JobKindRules>>>;

/** What every kind does that does not say otherwise. */
export async function prepareStart(rules: JobKindRules, job: Job, dir: string): Promise<Preparation> {
  if (rules.prepare) return rules.prepare(job, dir);
  const differences = await rules.compare(job.plan, job);
  return differences.length > 0
    ? { name: 'changed', differences }
    : { name: 'start', launch: job.plan.launch };
}

/** The rules of a job's kind. Throws when the program was put together without them. */
export function rulesOf(kinds: KindTable, kind: JobKind): JobKindRules {
  const rules = kinds[kind];
  if (!rules) throw new Error(`No rules for jobs of kind ${kind}`);
  return rules;
}

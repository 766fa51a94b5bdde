import type { Curve } from '../../domain/chart.js';
import type { CancelRequest, Failure, Job, JobKind } from '../../domain/job.js';
import type { Plan, ProposedPlan } from '../../domain/plan.js';
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

/** What differs between kinds of jobs. */
export interface JobKindRules {
  readonly kind: JobKind;
  /** Whether it needs a GPU slot, or runs beside others. */
  needsSlot(plan: Plan): boolean;
  /** Jobs of the same lane run one after another; absent: beside any. */
  laneOf?(plan: Plan): string;
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

/** The rules of a job's kind. Throws when the program was put together without them. */
export function rulesOf(kinds: KindTable, kind: JobKind): JobKindRules {
  const rules = kinds[kind];
  if (!rules) throw new Error(`No rules for jobs of kind ${kind}`);
  return rules;
}

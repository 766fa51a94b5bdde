import type { JobKind, Snowflake } from './job.js';
import type { TrainPlan } from './train-plan.js';
import type { ExistingRepo, UploadBatch, UploadPlan } from './upload-plan.js';

/** What will run when the button is pressed, to the last argument. */
export type Plan = TrainPlan | UploadPlan;

/** What is shown with a button: one plan, or several uploads that are confirmed together and become a job each. */
export type ProposedPlan = Plan | UploadBatch;

/** A file that a plan rests on. It is compared again before the job starts: what is confirmed is what runs. */
export interface PinnedFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Modification time in milliseconds: when size and time are unchanged, the hash is not computed again. */
  readonly modifiedMs: number;
  readonly sha256: string;
}

/** One finding of a preflight. A blocker disables the start button, a warning does not. */
export interface Finding {
  readonly level: 'blocker' | 'warning';
  /** Stable, for tests and logs: `dataset-missing`, `no-cuda` … */
  readonly code: string;
  /** What is the case, one sentence. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly remedy: string;
}

/** The child process of a job: no shell, no secrets. Secrets are added from the environment at the start. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  /** Added to the child's environment; public values only. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * A stored plan that was shown with a button. Single use: it leaves `open` once. Times are epoch milliseconds.
 * `replaced`: files changed since, or the person edited it, and `by` is the plan shown in its place.
 */
export type PlanState =
  | {
      readonly name: 'open';
      /** Upload was pressed, and what would be overwritten was told: only since then does the second button confirm. */
      readonly overwriteAsked?: { readonly by: Snowflake; readonly at: number };
    }
  | {
      readonly name: 'confirmed';
      readonly by: Snowflake;
      readonly at: number;
      readonly jobIds: readonly number[];
    }
  | { readonly name: 'cancelled'; readonly by: Snowflake; readonly at: number }
  | { readonly name: 'expired'; readonly at: number }
  | { readonly name: 'replaced'; readonly at: number; readonly by: string };

export interface StoredPlan {
  readonly id: string;
  readonly state: PlanState;
  readonly plan: ProposedPlan;
  readonly requestedBy: Snowflake;
  readonly guildId: Snowflake;
  readonly channelId: Snowflake;
  /** The message that carries the buttons, once posted: edited when the plan expires. */
  readonly messageId?: Snowflake;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A plan may be confirmed for this long (15 minutes, as long as an interaction's token lives). */
export const planLifetimeMs = 15 * 60_000;

/** The plans that become a job each when it is confirmed, in the order in which they are queued. */
export function plansOf(plan: ProposedPlan): readonly Plan[] {
  return plan.kind === 'upload-batch' ? plan.uploads : [plan];
}

/** The kind of the jobs that it becomes. */
export function jobKindOf(plan: ProposedPlan): JobKind {
  return plan.kind === 'upload-batch' ? 'upload' : plan.kind;
}

/** All findings: of a batch those that concern all uploads first, then each upload's. */
export function findingsOf(plan: ProposedPlan): readonly Finding[] {
  if (plan.kind !== 'upload-batch') return plan.findings;
  return [...plan.findings, ...plan.uploads.flatMap(({ findings }) => findings)];
}

/** The findings that forbid the start. */
export function blockersOf(plan: ProposedPlan): readonly Finding[] {
  return findingsOf(plan).filter((finding) => finding.level === 'blocker');
}

/** Repositories whose files would be overwritten: where there are any, one press is not enough. */
export function overwritesOf(
  plan: ProposedPlan,
): readonly { readonly repoId: string; readonly repo: ExistingRepo }[] {
  return plansOf(plan).flatMap((each) =>
    each.kind === 'upload' && each.overwrites ? [{ repoId: each.repoId, repo: each.overwrites }] : [],
  );
}

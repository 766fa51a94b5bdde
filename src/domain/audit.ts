import type { Snowflake } from './job.js';

/** `state`: a job changed its state; the rest are interactions (autocompletions are not recorded). */
export const auditKinds = ['command', 'press', 'modal', 'state'] as const;
export type AuditKind = (typeof auditKinds)[number];

/** `refused`: a right, a limit or a UserError stood against it. `failed`: a defect, or a job that did not succeed. */
export const auditOutcomes = ['done', 'refused', 'failed'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** One entry of the audit: who did what where, when, and how it came out. Carries no secrets. */
export interface AuditRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly kind: AuditKind;
  /**
   * `train`, `jobs cancel`; `plan:start` of a custom_id; `running → succeeded` of a job. `unknown` for an interaction
   * that leads nowhere.
   */
  readonly name: string;
  /** The interaction's id: the reference in logs. */
  readonly interactionId?: Snowflake;
  /** Who; for a state the program itself came to, the person who asked for the job. */
  readonly userId: Snowflake;
  readonly guildId?: Snowflake;
  readonly channelId?: Snowflake;
  readonly jobId?: number;
  /** Options, arguments, chosen values or fields as they were given, each cut to 200 characters. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly outcome: AuditOutcome;
  /** Why it was refused or failed, or the reference under which a defect stands in the log. */
  readonly detail?: string;
}

/** A stored entry: each carries the hash of the one before, so that none can be changed or taken out unnoticed. */
export interface AuditEntry extends AuditRecord {
  readonly id: number;
  /** SHA-256, hex. */
  readonly hash: string;
}

/** Which entries are wanted; what is absent does not matter. */
export interface AuditFilter {
  readonly userId?: Snowflake;
  readonly outcome?: AuditOutcome;
  readonly kind?: AuditKind;
  readonly jobId?: number;
  /** Epoch milliseconds. */
  readonly sinceMs?: number;
}

/** Some entries that stand together, newest first, and whether others that fit stand on either side. */
export interface AuditPage {
  readonly filter: AuditFilter;
  readonly entries: readonly AuditEntry[];
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
}

/** The entries that fit as JSON Lines, oldest first; `cut`: older ones had no room. */
export interface AuditExport {
  readonly data: Buffer;
  readonly count: number;
  readonly cut: boolean;
}

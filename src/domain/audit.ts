import type { Snowflake } from './job.js';

/** One entry of the audit: who did what where, when, and how it came out. Carries no secrets. */
export interface AuditRecord {
  /** Epoch milliseconds. */
  readonly at: number;
  /** `state`: a job changed its state; the rest are interactions. */
  readonly kind: 'command' | 'press' | 'modal' | 'state';
  /** `train`, `plan:start`, `job 12: running → succeeded` … */
  readonly name: string;
  /** Who; for a state the program itself came to, the person who asked for the job. */
  readonly userId: Snowflake;
  readonly guildId?: Snowflake;
  readonly channelId?: Snowflake;
  readonly jobId?: number;
  /** What was given, short. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly outcome: 'done' | 'refused' | 'failed';
  readonly detail?: string;
}

/** A stored entry: each carries the hash of the one before, so that none can be changed or taken out unnoticed. */
export interface AuditEntry extends AuditRecord {
  readonly id: number;
  /** SHA-256, hex. */
  readonly hash: string;
}

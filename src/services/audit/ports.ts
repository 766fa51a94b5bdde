import type { AuditEntry, AuditFilter, AuditRecord } from '../../domain/audit.js';

/** A piece of what a filter lets through, at most `limit` entries (100 by default). */
export interface AuditQuery extends AuditFilter {
  /** The entries next before this one. */
  readonly beforeId?: number;
  /** The entries next after this one. */
  readonly afterId?: number;
  readonly limit?: number;
}

export interface AuditStore {
  append(record: AuditRecord): void;
  /** Newest first. */
  list(query?: AuditQuery): readonly AuditEntry[];
  /** The id at which the chain first does not hold: changed, missing or added around the program. Undefined: it holds. */
  findFirstBroken(): number | undefined;
  count(): number;
}

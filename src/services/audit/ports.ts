import type { AuditEntry, AuditRecord } from '../../domain/audit.js';

export interface AuditFilter {
  readonly userId?: string;
  readonly outcome?: AuditRecord['outcome'];
  readonly kind?: AuditRecord['kind'];
  readonly jobId?: number;
  readonly sinceMs?: number;
  /** Entries before this one: the next page. */
  readonly beforeId?: number;
  readonly limit?: number;
}

export interface AuditStore {
  append(record: AuditRecord): void;
  /** Newest first. */
  list(filter?: AuditFilter): readonly AuditEntry[];
  /** The id at which the chain first does not hold: changed, missing or added around the program. Undefined: it holds. */
  findFirstBroken(): number | undefined;
  count(): number;
}

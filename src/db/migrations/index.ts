import { auditTables } from './audit.sql.js';
import { foundationTables } from './foundation.sql.js';
import { metricsTables } from './metrics.sql.js';
import { sentinelTables } from './sentinel.sql.js';
import { statusTables } from './status.sql.js';

/** In order; the database's `user_version` says how many it has. Never change one that was released: add another. */
export const migrations: readonly string[] = [
  foundationTables,
  auditTables,
  metricsTables,
  sentinelTables,
  statusTables,
];

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AuditEntry, AuditExport, AuditFilter, AuditPage } from '../../domain/audit.js';
import type { Clock } from '../jobs/ports.js';
import type { AuditStore } from './ports.js';

/** Where a page stands: before or after an entry; neither: the newest. */
export type AuditPlace = { readonly beforeId: number } | { readonly afterId: number };

/** Reads the audit for administrators. */
export interface AuditDesk {
  /** Epoch milliseconds. */
  now(): number;
  readPage(filter: AuditFilter, place?: AuditPlace): AuditPage;
  /** At most 10 MiB; the newest are kept. */
  exportEntries(filter: AuditFilter): Promise<AuditExport>;
}

export interface AuditDeskParts {
  readonly audit: Pick<AuditStore, 'list'>;
  readonly clock: Clock;
  /** What an export may take; default: a little less than the 10 MiB that Discord takes, for the message around it. */
  readonly exportBytes?: number;
}

const pageSize = 10;
const defaultExportBytes = 10 * 1024 * 1024 - 64 * 1024;
/** Entries read at once: a few milliseconds, so that others get their turn between two readings. */
const chunkSize = 500;

/** The desk over the audit's store. */
export function createAuditDesk(parts: AuditDeskParts): AuditDesk {
  const { audit, clock, exportBytes = defaultExportBytes } = parts;

  function readPage(filter: AuditFilter, place?: AuditPlace): AuditPage {
    // One more than is shown tells whether there are others.
    const found = audit.list({ ...filter, ...place, limit: pageSize + 1 });
    const more = found.length > pageSize;
    if (place && 'afterId' in place) {
      const entries = found.slice(more ? 1 : 0);
      return { filter, entries, hasNewer: more, hasOlder: true };
    }
    return { filter, entries: found.slice(0, pageSize), hasNewer: place !== undefined, hasOlder: more };
  }

  async function exportEntries(filter: AuditFilter): Promise<AuditExport> {
    const lines: Buffer[] = [];
    let bytes = 0;
    for await (const entry of newestFirst(audit, filter)) {
      const line = Buffer.from(`${JSON.stringify(entry)}\n`);
      bytes += line.byteLength;
      if (bytes > exportBytes) return { data: joinLines(lines), count: lines.length, cut: true };
      lines.push(line);
    }
    return { data: joinLines(lines), count: lines.length, cut: false };
  }

  return { now: clock, readPage, exportEntries };
}

function joinLines(newestFirstLines: readonly Buffer[]): Buffer {
  return Buffer.concat(newestFirstLines.toReversed());
}

async function* newestFirst(audit: AuditDeskParts['audit'], filter: AuditFilter): AsyncGenerator<AuditEntry> {
  let last: AuditEntry | undefined;
  for (;;) {
    const chunk = audit.list({ ...filter, ...(last && { beforeId: last.id }), limit: chunkSize });
    yield* chunk;
    last = chunk.at(-1);
    if (!last || chunk.length < chunkSize) return;
    await nextTurn();
  }
}

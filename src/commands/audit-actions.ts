import type { AuditFilter } from '../domain/audit.js';
import { UserError } from '../domain/user-error.js';
import type { AuditDesk, AuditPlace } from '../services/audit/create-audit-desk.js';
import { auditExportMessage } from '../views/audit-export.js';
import { readAuditFilter } from '../views/audit-filter.js';
import { auditPageMessage } from '../views/audit-page.js';
import type { Action, ActionGroup } from './command.js';

/** The buttons of `/audit`. They carry the filter, so that they work after a restart too. */
export function createAuditActions({ audit }: { readonly audit: AuditDesk }): ActionGroup {
  const turnTo = (placeOf: (id: string | undefined) => AuditPlace | undefined): Action => ({
    kind: 'press',
    right: 'administer',
    acknowledge: 'update',
    async run({ args: [filter, id], reply }) {
      await reply(auditPageMessage(audit.readPage(filterOf(filter), placeOf(id))));
    },
  });
  return {
    namespace: 'audit',
    actions: {
      newest: turnTo(() => undefined),
      newer: turnTo((id) => ({ afterId: entryIdOf(id) })),
      older: turnTo((id) => ({ beforeId: entryIdOf(id) })),
      export: {
        kind: 'press',
        right: 'administer',
        acknowledge: 'private',
        async run({ args, reply }) {
          const filter = filterOf(args[0]);
          await reply(auditExportMessage(await audit.exportEntries(filter), filter, audit.now()));
        },
      },
    },
  };
}

const outdated = (): UserError =>
  new UserError('This button is no longer known.', 'Give /audit again for a message that works.');

function filterOf(text = ''): AuditFilter {
  const filter = readAuditFilter(text);
  if (!filter) throw outdated();
  return filter;
}

function entryIdOf(text = ''): number {
  if (!/^\d{1,15}$/.test(text)) throw outdated();
  return Number(text);
}

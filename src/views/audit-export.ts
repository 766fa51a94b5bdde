import type { AuditExport, AuditFilter } from '../domain/audit.js';
import { auditFilterText } from './audit-filter.js';
import { lines } from './embed.js';
import { wordMessage } from './error-message.js';
import type { MessageBody } from './message.js';
import { formatCount } from './numbers.js';

/** The audit as a file. `at`: epoch milliseconds, for its name. */
export function auditExportMessage(exported: AuditExport, filter: AuditFilter, at: number): MessageBody {
  const { data, count, cut } = exported;
  if (count === 0) return wordMessage('Nothing that fits was recorded: there is nothing to export.');
  // Colons are not for file names.
  const stamp = new Date(at).toISOString().slice(0, 19).replaceAll(':', '-');
  const entries = count === 1 ? '1 entry' : `${formatCount(count)} entries`;
  const content = lines(
    `📜 **${entries} of the audit**, oldest first, one JSON object a line.`,
    auditFilterText(filter),
    cut &&
      `⚠️ The file was cut at 10 MiB: these are the newest, older ones are missing. Narrow it with \`since\`, \`person\`, \`kind\` or \`outcome\`.`,
  );
  return {
    content,
    files: [{ name: `audit-${stamp}.jsonl`, data, description: 'Audit as JSON Lines' }],
    mention: [],
  };
}

import type { AuditEntry, AuditOutcome, AuditPage } from '../domain/audit.js';
import { auditFilterText, writeAuditFilter } from './audit-filter.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed } from './embed.js';
import type { MessageBody } from './message.js';
import { formatCount, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { code, sentences } from './text.js';

/** One page of the audit, newest first, with the buttons to its neighbours and to the whole as a file. */
export function auditPageMessage(page: AuditPage): MessageBody {
  const [newest, oldest] = [page.entries[0], page.entries.at(-1)];
  const listed = page.entries.map(auditLine).join('\n');
  const embed = buildEmbed({
    title: '📜 Audit',
    colour: palette.stopped,
    sections: [auditFilterText(page.filter), newest ? listed : 'Nothing that fits was recorded.'],
    ...(newest && oldest && { footer: rangeText(newest.id, oldest.id) }),
  });
  return { embeds: [embed], components: [pageButtons(page)], mention: [] };
}

function rangeText(newestId: number, oldestId: number): string {
  if (newestId === oldestId) return `Entry ${formatCount(newestId)}`;
  return `Entries ${formatCount(newestId)} to ${formatCount(oldestId)}`;
}

function pageButtons({ filter, entries, hasNewer, hasOlder }: AuditPage) {
  const text = writeAuditFilter(filter);
  const [newestId = 0, oldestId = 0] = [entries[0]?.id, entries.at(-1)?.id];
  return buttonRow(
    { id: actionIds.auditNewest(text), label: 'Newest', style: 'secondary' },
    {
      id: actionIds.auditNewer(text, newestId),
      label: '◀ Newer',
      style: 'secondary',
      disabled: !hasNewer || entries.length === 0,
    },
    {
      id: actionIds.auditOlder(text, oldestId),
      label: 'Older ▶',
      style: 'secondary',
      disabled: !hasOlder || entries.length === 0,
    },
    { id: actionIds.auditExport(text), label: 'Export', style: 'primary', disabled: entries.length === 0 },
  );
}

const symbols: Readonly<Record<AuditOutcome, string>> = { done: '✅', refused: '⛔', failed: '❌' };

/** When, who, what, outcome: one line of at most 350 characters, so that ten of them fit into an embed. */
function auditLine(entry: AuditEntry): string {
  const { at, outcome, detail } = entry;
  const why = detail === undefined ? '' : `: ${sentences(detail.replace(/\s+/g, ' '), 80)}`;
  return `${symbols[outcome]} ${relativeTime(at)} ${whoWhat(entry)} – ${outcome}${why}`;
}

function whoWhat(entry: AuditEntry): string {
  const { kind, userId, jobId } = entry;
  const who = /^\d{1,20}$/.test(userId) ? `<@${userId}>` : 'somebody unknown';
  const job = jobId === undefined ? '' : ` of job ${jobId}`;
  const what = code(kind === 'command' ? typedText(entry) : calledText(entry), 100);
  if (kind === 'state') return `job ${jobId ?? '?'} (${who}) ${what}`;
  if (kind === 'command') return `${who} ${what}`;
  return `${who} ${kind === 'press' ? 'pressed' : 'sent'} ${what}${job}`;
}

/** A command as Discord shows it while it is typed. */
function typedText({ name, input }: AuditEntry): string {
  const given = Object.entries(input).map(([key, value]) => `${key}:${String(value)}`);
  return [`/${name}`, ...given].join(' ');
}

/** Of a button that led nowhere, its custom_id as it came. */
function calledText({ name, input }: AuditEntry): string {
  const { customId } = input;
  return name === 'unknown' && typeof customId === 'string' ? customId : name;
}

import { auditKinds, auditOutcomes, type AuditFilter } from '../domain/audit.js';
import { lines } from './embed.js';
import { relativeTime } from './numbers.js';

/**
 * A filter as it stands in the custom_id of a button, at most 70 characters: `u<id>,o<outcome>,k<kind>,j<job>,s<seconds>`,
 * each part where it matters; `-` for a filter that lets everything through. Buttons of old messages carry it: a format.
 */
export function writeAuditFilter({ userId, outcome, kind, jobId, sinceMs }: AuditFilter): string {
  const parts = [
    userId === undefined ? '' : `u${userId}`,
    outcome === undefined ? '' : `o${outcome}`,
    kind === undefined ? '' : `k${kind}`,
    jobId === undefined ? '' : `j${jobId}`,
    sinceMs === undefined ? '' : `s${Math.floor(sinceMs / 1000)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '-' : parts.join(',');
}

const form = new RegExp(
  [
    String.raw`^(?:u(?<user>\d{1,20}),?)?`,
    `(?:o(?<outcome>${auditOutcomes.join('|')}),?)?`,
    `(?:k(?<kind>${auditKinds.join('|')}),?)?`,
    String.raw`(?:j(?<job>[1-9]\d{0,14}),?)?`,
    String.raw`(?:s(?<since>\d{1,11}))?$`,
  ].join(''),
);

/** The filter in a custom_id, which anyone can forge; undefined for what is none. */
export function readAuditFilter(text: string): AuditFilter | undefined {
  if (text === '-') return {};
  const found = text === '' ? undefined : form.exec(text)?.groups;
  if (!found) return undefined;
  const { user, job, since } = found;
  const outcome = auditOutcomes.find((one) => one === found['outcome']);
  const kind = auditKinds.find((one) => one === found['kind']);
  return {
    ...(user !== undefined && { userId: user }),
    ...(outcome !== undefined && { outcome }),
    ...(kind !== undefined && { kind }),
    ...(job !== undefined && { jobId: Number(job) }),
    ...(since !== undefined && { sinceMs: Number(since) * 1000 }),
  };
}

/** A filter in words, one line; undefined when it lets everything through. */
export function auditFilterText({ userId, outcome, kind, jobId, sinceMs }: AuditFilter): string | undefined {
  const words = [
    userId === undefined ? undefined : `of <@${userId}>`,
    outcome,
    kind,
    jobId === undefined ? undefined : `job ${jobId}`,
    sinceMs === undefined ? undefined : `since ${relativeTime(sinceMs)}`,
  ];
  const told = lines(...words).replaceAll('\n', ', ');
  return told === '' ? undefined : `Only: ${told}`;
}

import { auditKinds, auditOutcomes, type AuditFilter } from '../domain/audit.js';
import { UserError } from '../domain/user-error.js';
import type { OptionValues } from './command.js';

/** The options of `/audit` as a filter. Throws UserError for what Discord would not have let through. */
export function parseAuditOptions(options: OptionValues, now: number): AuditFilter {
  const { person, outcome, kind, job, since } = options;
  return {
    ...(person !== undefined && { userId: parsePerson(person) }),
    ...(outcome !== undefined && { outcome: oneOf(auditOutcomes, 'outcome', outcome) }),
    ...(kind !== undefined && { kind: oneOf(auditKinds, 'kind', kind) }),
    ...(job !== undefined && { jobId: parseJob(job) }),
    ...(since !== undefined && { sinceMs: now - parseAge(String(since), now) }),
  };
}

function parsePerson(value: unknown): string {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  throw new UserError('This is no person.', 'Choose one from the list that Discord shows.');
}

function parseJob(value: unknown): number {
  if (/^[1-9]\d{0,14}$/.test(String(value))) return Number(value);
  throw new UserError('There is no such job.', 'Give the number that stands in the title of its message.');
}

function oneOf<T extends string>(known: readonly T[], option: string, value: unknown): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError(`This ${option} is not known.`, `One of ${known.join(', ')}.`);
}

const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const part = /(\d{1,6})\s*(min|[smhdw])\s*/gy;

/** An age such as `90s`, `30m`, `1h`, `2d`, `1w` or `1h 30m`, in whole seconds as milliseconds, at most back to 1970. */
export function parseAge(text: string, now: number): number {
  const parts = [...text.trim().toLowerCase().matchAll(part)];
  const read = parts.reduce((length, [found]) => length + found.length, 0);
  if (parts.length === 0 || read !== text.trim().length) {
    throw new UserError('since is no length of time.', 'Write it like 30m, 1h, 2d, 1w or 1h 30m.');
  }
  const ago = parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
  return Math.min(ago, now);
}

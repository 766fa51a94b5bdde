import { cut } from './limits.js';
import type { Target } from './target.js';

const valueLength = 200;
const hidden = '[hidden]';

/**
 * What was given with an interaction, short enough to be kept and without `secrets`. They are taken out before anything
 * is cut: half of a secret would be found by nobody.
 */
export function shortInput(
  input: Readonly<Record<string, unknown>>,
  secrets: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [
      cut(hideSecrets(key, secrets), 100),
      shorten(value, secrets),
    ]),
  );
}

/** The text with `[hidden]` in place of each of the secrets. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  // The longest first: another may be a part of it.
  const longestFirst = secrets.toSorted((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => shown.replaceAll(secret, hidden), text);
}

/** The job that is meant: a command's option `job`, or the first argument of a button on a job's message. */
export function jobIdOf({ name, input }: Pick<Target, 'name' | 'input'>): number | undefined {
  const args = input['args'];
  const given = name.startsWith('job:') && Array.isArray(args) ? args[0] : input['job'];
  return /^[1-9]\d{0,14}$/.test(String(given)) ? Number(given) : undefined;
}

function shorten(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === 'string') return cut(hideSecrets(value, secrets), valueLength);
  if (Array.isArray(value)) return value.slice(0, 25).map((one) => shorten(one, secrets));
  return value;
}

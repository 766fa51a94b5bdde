import { runStatuses, type RunListFilter } from '../domain/run-list.js';
import { relativeTime } from './numbers.js';
import { plain } from './text.js';

/**
 * A filter as it stands in the custom_id of a button, at most 80 characters: `p<platform>,m<method>,s<status>,t<seconds>`,
 * each part where it matters; `-` for all runs. Buttons of old messages carry it: a format.
 */
export function writeRunsFilter({ platform, method, status, sinceMs }: RunListFilter): string {
  const parts = [
    platform === undefined ? '' : `p${platform}`,
    method === undefined ? '' : `m${method}`,
    status === undefined ? '' : `s${status.charAt(0)}`,
    sinceMs === undefined ? '' : `t${Math.floor(sinceMs / 1000)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '-' : parts.join(',');
}

// Names as the manifest allows them: they hold no comma.
const form =
  /^(?:p(?<platform>[a-z][a-z0-9_-]{0,31})(?:,|$))?(?:m(?<method>[a-z][a-z0-9_-]{0,31})(?:,|$))?(?:s(?<status>[rfu])(?:,|$))?(?:t(?<since>\d{1,10}))?$/;

/** The filter in a custom_id, which anyone can forge; undefined for what is none. */
export function readRunsFilter(text: string): RunListFilter | undefined {
  if (text === '-') return {};
  const found = text === '' || text.endsWith(',') ? undefined : form.exec(text)?.groups;
  if (!found) return undefined;
  const { platform, method, since } = found;
  const status = runStatuses.find((one) => one.charAt(0) === found['status']);
  return {
    ...(platform !== undefined && { platform }),
    ...(method !== undefined && { method }),
    ...(status !== undefined && { status }),
    ...(since !== undefined && { sinceMs: Number(since) * 1000 }),
  };
}

/** A filter in words, one line; undefined when it lets everything through. */
export function runsFilterText({ platform, method, status, sinceMs }: RunListFilter): string | undefined {
  const words = [platform, method, status]
    .filter((word) => word !== undefined)
    .map((word) => plain(word, 40));
  if (sinceMs !== undefined) words.push(`changed since ${relativeTime(sinceMs)}`);
  return words.length === 0 ? undefined : `Only: ${words.join(', ')}`;
}

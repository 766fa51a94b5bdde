import { jobListStates, type JobListFilter } from '../domain/job-list.js';

/**
 * A filter as it stands in the custom_id of a button, at most 45 characters: `k<kind>,s<state>,u<user>`, each part where
 * it matters; `-` for all jobs. Buttons of old messages carry it: a format.
 */
export function writeJobsFilter({ kind, state, requestedBy }: JobListFilter): string {
  const parts = [
    kind === undefined ? '' : `k${kind}`,
    state === undefined ? '' : `s${state}`,
    requestedBy === undefined ? '' : `u${requestedBy}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '-' : parts.join(',');
}

const form = new RegExp(
  String.raw`^(?:k(?<kind>train|upload),?)?(?:s(?<state>${jobListStates.join('|')}),?)?(?:u(?<user>\d{1,20}))?$`,
);

/** The filter in a custom_id, which anyone can forge; undefined for what is none. */
export function readJobsFilter(text: string): JobListFilter | undefined {
  if (text === '-') return {};
  const found = text === '' ? undefined : form.exec(text)?.groups;
  if (!found) return undefined;
  const kind = (['train', 'upload'] as const).find((one) => one === found['kind']);
  const state = jobListStates.find((one) => one === found['state']);
  const { user } = found;
  return {
    ...(kind !== undefined && { kind }),
    ...(state !== undefined && { state }),
    ...(user !== undefined && { requestedBy: user }),
  };
}

/** A filter in words, one line; undefined when it lets everything through. */
export function jobsFilterText({ kind, state, requestedBy }: JobListFilter): string | undefined {
  const words = [kind, state, requestedBy === undefined ? undefined : `for <@${requestedBy}>`];
  const told = words.filter((word) => word !== undefined).join(', ');
  return told === '' ? undefined : `Only: ${told}`;
}

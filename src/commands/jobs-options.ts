import type { Right } from '../domain/access.js';
import type { Job } from '../domain/job.js';
import { jobListStates, type JobListFilter } from '../domain/job-list.js';
import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { OptionValues } from './command.js';

/** A job's number as it is typed, `12` or `#12`; undefined for what is none. */
export function readJobId(given: unknown): number | undefined {
  const text = typeof given === 'string' || typeof given === 'number' ? String(given).trim() : '';
  const found = /^#?([1-9]\d{0,14})$/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** The option `job`, or the id in a custom_id. Throws UserError for what is no number of a job. */
export function parseJobId(given: unknown): number {
  const id = readJobId(given);
  if (id !== undefined) return id;
  throw new UserError(
    'There is no such job.',
    'Choose one of the list that appears while you type its number.',
  );
}

/** What it takes to start or end jobs of this kind; what is not known is refused later. */
export function rightFor(jobs: Pick<JobDesk, 'get'>, id: number | undefined): Right {
  const job: Job | undefined = id === undefined ? undefined : jobs.get(id);
  return job?.kind === 'upload' ? 'upload' : 'train';
}

/** The options of `/jobs list`. Throws UserError for what Discord would not have let through. */
export function parseListOptions({ kind, state, person }: OptionValues): JobListFilter {
  return {
    ...(kind !== undefined && { kind: oneOf(['train', 'upload'] as const, 'kind', kind) }),
    ...(state !== undefined && { state: oneOf(jobListStates, 'state', state) }),
    ...(person !== undefined && { requestedBy: parsePerson(person) }),
  };
}

function parsePerson(value: unknown): string {
  if (typeof value === 'string' && /^\d{1,20}$/.test(value)) return value;
  throw new UserError('This is no person.', 'Choose one from the list that Discord shows.');
}

function oneOf<T extends string>(known: readonly T[], option: string, value: unknown): T {
  const found = known.find((one) => one === value);
  if (found !== undefined) return found;
  throw new UserError(`This ${option} is not known.`, `One of ${known.join(', ')}.`);
}

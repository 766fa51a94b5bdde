import type { Job, JobStateName } from '../../domain/job.js';
import {
  jobListStates,
  jobsAPage,
  statesNamed,
  type JobListFilter,
  type JobListPage,
  type JobListState,
} from '../../domain/job-list.js';
import type { JobDesk } from './job-desk.js';
import type { Clock, JobStore } from './ports.js';
import { placesOf } from './schedule.js';

const dayMs = 86_400_000;
const endedStates: readonly JobStateName[] = ['succeeded', 'failed', 'cancelled', 'lost'];

/** Jobs that are looked through for what is typed: older ones are found by their whole number. */
const searchedJobs = 300;

/** Lists, counts and look-ups of jobs. */
export function createJobLists({
  jobs,
  clock,
}: {
  readonly jobs: JobStore;
  readonly clock: Clock;
}): Pick<JobDesk, 'listPage' | 'search' | 'history'> {
  return {
    listPage: (filter, page) => readPage(jobs, filter, page),
    search: (typed, states, limit = 25) => search(jobs, typed, states, limit),
    history: () => {
      const since = (days: number) => ({ days, tallies: jobs.tally(clock() - days * dayMs) });
      return [since(7), since(30), { tallies: jobs.tally(0) }];
    },
  };
}

/** Those not over are few and read whole; the others are read by page. */
function readPage(jobs: JobStore, filter: JobListFilter, page: number): JobListPage {
  const active = jobs.listActive();
  const places = placesOf(active);
  const current = [
    ...active.filter(({ state }) => state.name !== 'queued').toSorted((a, b) => b.id - a.id),
    ...active.filter(({ state }) => state.name === 'queued'),
  ].filter((job) => passes(filter, job));
  const start = page * jobsAPage;
  const shown = current.slice(start, start + jobsAPage + 1);
  const older = readEnded(jobs, filter, Math.max(0, start - current.length), jobsAPage + 1 - shown.length);
  const found = [...shown, ...older];
  return {
    filter,
    page,
    entries: found.slice(0, jobsAPage).map((job) => {
      const place = places.get(job.id);
      return { job, ...(place !== undefined && { place }) };
    }),
    hasMore: found.length > jobsAPage,
  };
}

function readEnded(jobs: JobStore, filter: JobListFilter, offset: number, limit: number): readonly Job[] {
  const { kind, state, requestedBy } = filter;
  const states = endedStates.filter((name) => state === undefined || statesNamed[state].includes(name));
  if (states.length === 0 || limit <= 0) return [];
  return jobs.list({
    states,
    limit,
    offset,
    ...(kind !== undefined && { kind }),
    ...(requestedBy !== undefined && { requestedBy }),
  });
}

function passes({ kind, state, requestedBy }: JobListFilter, job: Job): boolean {
  return (
    (kind === undefined || job.kind === kind) &&
    (state === undefined || statesNamed[state].includes(job.state.name)) &&
    (requestedBy === undefined || job.requestedBy === requestedBy)
  );
}

function search(
  jobs: JobStore,
  typed: string,
  named: readonly JobListState[] = jobListStates,
  limit: number,
): readonly Job[] {
  const states = named.flatMap((name) => statesNamed[name]);
  const words = typed
    .slice(0, 100)
    .toLowerCase()
    .replace(/[<@!>#]/g, ' ')
    .split(/\s+/)
    .filter(Boolean);
  const exact =
    words.length === 1 && /^\d{1,15}$/.test(words[0] ?? '') ? jobs.get(Number(words[0])) : undefined;
  const first = exact && states.includes(exact.state.name) ? [exact] : [];
  const others = jobs
    .list({ states, limit: words.length === 0 ? limit : searchedJobs })
    .filter((job) => job.id !== exact?.id && words.every((word) => matches(job, word)));
  return [...first, ...others].slice(0, limit);
}

/** A short number is a job's, a long one a person's: their ids have 17 digits and more, which hold every short one. */
function matches(job: Job, word: string): boolean {
  if (/^\d+$/.test(word))
    return word.length < 6 ? String(job.id).startsWith(word) : job.requestedBy.includes(word);
  const { plan, state, held } = job;
  const about = plan.kind === 'train' ? [plan.method, plan.platform, plan.note ?? ''] : [plan.repoId];
  const name = jobListStates.find((each) => statesNamed[each].includes(state.name)) ?? '';
  const text = [state.name, name, held ? 'held' : '', job.kind, ...about].join(' ').toLowerCase();
  return text.includes(word);
}

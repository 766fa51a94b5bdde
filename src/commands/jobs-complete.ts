import type { Job } from '../domain/job.js';
import { jobListStates, statesNamed, type JobListState } from '../domain/job-list.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import { cleanLine, truncate } from '../views/text.js';
import type { AutocompleteRequest, Choice } from './command.js';

const unfinished: readonly JobListState[] = ['failed', 'cancelled', 'lost'];

/** Which jobs a subcommand can be about; absent: all. */
const statesFor = new Map<string, readonly JobListState[]>([
  ['cancel', ['running', 'waiting']],
  ['retry', unfinished],
  ['resume', unfinished],
  ['hold', ['waiting']],
  ['release', ['waiting']],
  ['first', ['waiting']],
]);

/** Suggests jobs that match what was typed, newest first. */
export function completeJobs(
  jobs: Pick<JobDesk, 'search'>,
  { option, typed, subcommand = '' }: AutocompleteRequest,
): readonly Choice[] {
  if (option !== 'job') return [];
  return jobs
    .search(typed, statesFor.get(subcommand), subcommand === 'resume' || isAboutHeld(subcommand) ? 100 : 25)
    .filter((job) => subcommand !== 'resume' || job.kind === 'train')
    .filter((job) => !isAboutHeld(subcommand) || job.held === (subcommand === 'release'))
    .slice(0, 25)
    .map(jobChoice);
}

function isAboutHeld(subcommand: string): boolean {
  return subcommand === 'hold' || subcommand === 'release';
}

/** Plain text of at most 100 characters: suggestions are shown as they are. */
function jobChoice({ id, plan, state, held }: Job): Choice {
  const name = jobListStates.find((each) => statesNamed[each].includes(state.name)) ?? state.name;
  const subject = plan.kind === 'train' ? `${plan.method} on ${plan.platform}` : `upload to ${plan.repoId}`;
  const note = plan.kind === 'train' && plan.note !== undefined ? [plan.note] : [];
  const words = [String(id), held ? `${name}, held back` : name, subject, ...note];
  return { name: truncate(cleanLine(words.join(' · ')), 100), value: String(id) };
}

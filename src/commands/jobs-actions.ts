import type { JobListFilter } from '../domain/job-list.js';
import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import { readJobsFilter } from '../views/jobs-filter.js';
import { jobsListMessage } from '../views/jobs-list.js';
import type { Action, ActionGroup } from './command.js';

/** The buttons of `/jobs list`. They carry the filter and the page, so that they work after a restart too. */
export function createJobsActions({ jobs }: { readonly jobs: JobDesk }): ActionGroup {
  const turn: Action = {
    kind: 'press',
    right: 'view',
    acknowledge: 'update',
    async run({ args: [filter, page], reply }) {
      await reply(jobsListMessage(jobs.listPage(filterOf(filter), pageOf(page))));
    },
  };
  return { namespace: 'jobs', actions: { refresh: turn, previous: turn, next: turn } };
}

const outdated = (): UserError =>
  new UserError('This button is no longer known.', 'Give /jobs list again for a message that works.');

function filterOf(text = ''): JobListFilter {
  const filter = readJobsFilter(text);
  if (!filter) throw outdated();
  return filter;
}

function pageOf(text = ''): number {
  if (!/^\d{1,6}$/.test(text)) throw outdated();
  return Number(text);
}

import { isEnded, type Job } from '../domain/job.js';
import type { JobListEntry, JobListPage } from '../domain/job-list.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import { cancelRequestOf } from './job-head.js';
import { symbolOf } from './job-symbol.js';
import { jobsFilterText, writeJobsFilter } from './jobs-filter.js';
import type { MessageBody } from './message.js';
import { formatCount, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { planSubject } from './plan-details.js';

/** One page of jobs: a short line each, what runs and waits on top, with the buttons to the pages beside it. */
export function jobsListMessage(page: JobListPage): MessageBody {
  const { entries, filter } = page;
  const isRunning = ({ job }: JobListEntry): boolean =>
    job.state.name === 'running' || job.state.name === 'starting';
  const embed = buildEmbed({
    title: '🗂️ Jobs',
    colour: palette.running,
    sections: [
      jobsFilterText(filter),
      group('Running', entries.filter(isRunning)),
      group(
        'Waiting',
        entries.filter(({ job }) => job.state.name === 'queued'),
      ),
      group(
        'Over',
        entries.filter(({ job }) => isEnded(job.state)),
      ),
      entries.length === 0 ? emptyText(page) : undefined,
    ],
    footer: `Page ${formatCount(page.page + 1)}`,
  });
  return { embeds: [embed], components: [pageButtons(page)], mention: [] };
}

function emptyText({ page }: JobListPage): string {
  return page > 0 ? 'There is nothing on this page any more.' : 'No job fits.';
}

function group(head: string, entries: readonly JobListEntry[]): string | undefined {
  if (entries.length === 0) return undefined;
  return lines(`**${head}**`, ...entries.map(jobLine));
}

/** At most 250 characters, so that ten of them fit into an embed. */
function jobLine({ job, place }: JobListEntry): string {
  return `${symbolOf(job)} **${job.id}** ${planSubject(job.plan)}, ${standing(job, place)}, <@${job.requestedBy}>`;
}

function standing(job: Job, place: number | undefined): string {
  const { state } = job;
  if (state.name === 'queued') {
    const where = place === undefined ? 'waits' : `place ${formatCount(place)}`;
    return job.held ? `${where}, held back` : where;
  }
  if (cancelRequestOf(job) !== undefined) return 'stopping';
  if (state.name === 'running') return `since ${relativeTime(job.startedAt ?? state.at)}`;
  return `${state.name} ${relativeTime(state.at)}`;
}

function pageButtons({ filter, page, hasMore }: JobListPage) {
  const text = writeJobsFilter(filter);
  return buttonRow(
    { id: actionIds.refreshJobs(text, page), label: 'Refresh', style: 'secondary' },
    {
      id: actionIds.previousJobs(text, Math.max(0, page - 1)),
      label: '◀ Previous',
      style: 'secondary',
      disabled: page === 0,
    },
    { id: actionIds.nextJobs(text, page + 1), label: 'Next ▶', style: 'secondary', disabled: !hasMore },
  );
}

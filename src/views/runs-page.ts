import {
  runsAPage,
  type RunHead,
  type RunListEntry,
  type RunListPage,
  type RunStatus,
} from '../domain/run-list.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import { mainColumn } from './figures.js';
import type { MessageBody } from './message.js';
import { countOf, formatCount, relativeTime, shortFigure } from './numbers.js';
import { palette } from './palette.js';
import { runsFilterText, writeRunsFilter } from './runs-filter.js';
import { code, plain } from './text.js';

/** Unreadable folders that are named; more are counted. */
const shownProblems = 3;

/** One page of runs, newest first, with the buttons to the pages beside it. */
export function runsPageMessage(page: RunListPage): MessageBody {
  const { entries, filter, total } = page;
  const embed = buildEmbed({
    title: '📦 Runs',
    colour: palette.running,
    sections: [
      runsFilterText(filter),
      entries.length === 0 ? 'No run fits.' : entries.map(runLines).join('\n'),
      problemText(page.problems),
    ],
    footer: `${countOf(total, 'run')}, page ${formatCount(page.page + 1)} of ${formatCount(pagesOf(page))}`,
  });
  return { embeds: [embed], components: [pageButtons(page)], mention: [] };
}

function pagesOf({ total }: RunListPage): number {
  return Math.max(1, Math.ceil(total / runsAPage));
}

const symbols: Readonly<Record<RunStatus, string>> = { running: '▶️', finished: '✅', unfinished: '⏹️' };

/** Two lines of at most 350 characters together, so that ten of them fit into an embed. */
export function runLines(entry: RunListEntry): string {
  const { name, method, modifiedMs, status, job } = entry;
  const running = status === 'running' ? `, ${runningText(entry)}` : '';
  const who = job === undefined ? '' : `, <@${job.requestedBy}> (job ${job.id})`;
  return lines(
    `${symbols[status]} ${code(name, 60)} ${plain(method, 40)}, ${relativeTime(modifiedMs)}${running}${who}`,
    `-# ${runStanding(entry)}`,
  );
}

/** What no job says is told as what it is: an inference from the log. */
export function runningText({ logWrittenMs }: Pick<RunHead, 'logWrittenMs'>): string {
  if (logWrittenMs === undefined) return 'running';
  return `seems to be running (log written ${relativeTime(logWrittenMs)})`;
}

/** Where a run stands, its main figure and what there is of it, in one line. */
export function runStanding(entry: RunListEntry): string {
  const { lastStep, totalSteps, problem } = entry;
  const total = totalSteps === undefined ? '' : ` of ${formatCount(totalSteps)}`;
  return [
    lastStep === undefined ? 'no figures' : `step ${formatCount(lastStep)}${total}`,
    figureText(entry),
    countOf(entry.checkpoints, 'checkpoint'),
    entry.hasFinalModel ? 'final model' : 'no final model',
    problem === undefined ? undefined : `⚠️ ${plain(problem, 40)}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

function figureText({ columns, figures }: RunListEntry): string | undefined {
  const column = mainColumn(columns, figures);
  const value = column && figures[column.key];
  return column === undefined || value === undefined
    ? undefined
    : `${plain(column.label, 20)} ${shortFigure(value)}`;
}

function problemText(problems: readonly string[]): string | undefined {
  if (problems.length === 0) return undefined;
  const left = problems.length - shownProblems;
  return lines(
    '⚠️ Not everything could be read:',
    ...problems.slice(0, shownProblems).map((problem) => `- ${plain(problem, 110)}`),
    left > 0 && `- and ${formatCount(left)} more`,
  );
}

function pageButtons(shown: RunListPage) {
  const { filter, page } = shown;
  const text = writeRunsFilter(filter);
  const isLast = page + 1 >= pagesOf(shown);
  return buttonRow(
    { id: actionIds.turnRuns(text, page), label: 'Refresh', style: 'secondary' },
    {
      // A page that does not exist keeps the id of a disabled button from being that of another.
      id: actionIds.turnRuns(text, page === 0 ? 999_999 : page - 1),
      label: '◀ Newer',
      style: 'secondary',
      disabled: page === 0,
    },
    { id: actionIds.turnRuns(text, page + 1), label: 'Older ▶', style: 'secondary', disabled: isLast },
  );
}

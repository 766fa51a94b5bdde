import type { JobKind, JobStateName } from '../domain/job.js';
import { jobListStates, statesNamed, type JobHistorySpan, type JobTally } from '../domain/job-list.js';
import { codeBlock, padEnd, padStart } from './columns.js';
import { buildEmbed, lines } from './embed.js';
import type { MessageBody } from './message.js';
import { countOf, formatCount, formatDuration } from './numbers.js';
import { palette } from './palette.js';

/** How many jobs there were, by state and kind, and how long those that succeeded took. */
export function jobsHistoryMessage(spans: readonly JobHistorySpan[]): MessageBody {
  const embed = buildEmbed({
    title: '📊 History of jobs',
    colour: palette.stopped,
    sections: spans.map(spanText),
    footer: 'Counted by when they were asked for',
  });
  return { embeds: [embed], components: [], mention: [] };
}

function spanText({ days, tallies }: JobHistorySpan): string {
  const total = tallies.reduce((sum, { count }) => sum + count, 0);
  const head = `**${days === undefined ? 'All time' : `Last ${days} days`}**: ${countOf(total, 'job')}`;
  if (total === 0) return head;
  const kinds = [...new Set(tallies.map(({ kind }) => kind))].toSorted();
  const means = tallies.flatMap(({ kind, state, meanMs }) =>
    state === 'succeeded' && meanMs !== undefined ? [`${kind} ${formatDuration(meanMs)}`] : [],
  );
  return lines(
    head,
    codeBlock(tableRows(tallies, kinds)),
    means.length > 0 && `Mean time of those that succeeded: ${means.join(', ')}`,
  );
}

const labelColumns = 10;
const countColumns = 10;

function tableRows(tallies: readonly JobTally[], kinds: readonly JobKind[]): string[] {
  const row = (label: string, cells: readonly string[]): string =>
    padEnd(label, labelColumns) + cells.map((cell) => padStart(cell, countColumns)).join('');
  const count = (kind: JobKind, states: readonly JobStateName[]): number =>
    tallies
      .filter((tally) => tally.kind === kind && states.includes(tally.state))
      .reduce((sum, tally) => sum + tally.count, 0);
  const rows = jobListStates.flatMap((name) => {
    const counts = kinds.map((kind) => count(kind, statesNamed[name]));
    return counts.every((each) => each === 0) ? [] : [row(name, counts.map(formatCount))];
  });
  return [row('', kinds), ...rows];
}

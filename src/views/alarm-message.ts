import { isEnded } from '../domain/job.js';
import type { Notice } from '../domain/notice.js';
import type { Episode } from '../domain/sentinel/episode.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { codeBlock, fitColumns, padEnd, padStart } from './columns.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import { cancelRequestOf, jobHead } from './job-head.js';
import type { MessageBody } from './message.js';
import { formatBytes, formatCount, formatDuration, formatFigure, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { planSubject } from './plan-details.js';
import { code, plain, truncate } from './text.js';

export interface AlarmOptions {
  readonly chart?: Buffer;
  /** Address of the job's live message. */
  readonly liveMessageUrl?: string;
}

const chartName = 'alarm.png';

/**
 * The one message of an episode: pings the person who asked, tells what is wrong and since when, and has something to
 * press. It is true of the moment of sending: after an outage the job may be over.
 */
export function alarmMessage(
  notice: Notice,
  snapshot: JobSnapshot,
  episode: Episode,
  { chart, liveMessageUrl }: AlarmOptions = {},
): MessageBody {
  const { job } = snapshot;
  const sentence = plain(episode.sentence, 200);
  const subject = planSubject(job.plan);
  const description = `${truncate(episode.sentence, 200)}: the figures around it, job ${job.id}`;
  return {
    content: lines(
      `<@${notice.userId}> 🚨 **Job ${job.id}** alarm: ${sentence} · ${subject}`,
      liveMessageUrl,
    ),
    embeds: [
      buildEmbed({
        title: `🚨 Alarm · ${sentence}`,
        colour: palette.failed,
        sections: [
          stoppedText(notice, episode),
          sinceText(episode),
          figuresText(snapshot, episode),
          checkpointText(episode),
          nowText(snapshot),
        ],
        footer: `Rule ${episode.rule} · /watch sets what it does`,
        ...(chart && { picture: chartName }),
      }),
    ],
    components: buttonsOf(snapshot, episode),
    files: chart ? [{ name: chartName, data: chart, description }] : [],
    mention: [notice.userId],
  };
}

function stoppedText({ detail }: Notice, { rule }: Episode): string | undefined {
  if (detail['stopped'] !== true) return undefined;
  return `🛑 **The run was stopped by itself**: the rule ${code(rule, 40)} is set to auto-stop.`;
}

function sinceText({ sinceStep, step = sinceStep, atMs, end }: Episode): string {
  const since = sinceStep ?? step;
  return lines(
    since === undefined
      ? `Since ${relativeTime(atMs)}`
      : `Since step ${formatCount(since)}, noticed ${relativeTime(atMs)}`,
    end && `Over since ${end.step === undefined ? relativeTime(end.atMs) : `step ${formatCount(end.step)}`}`,
  );
}

const labelColumns = 21;
const valueColumns = 12;

function figuresText({ job }: JobSnapshot, { figures }: Episode): string | undefined {
  const { plan } = job;
  const columns = plan.kind === 'train' ? plan.columns : [];
  const labels = new Map(columns.map(({ key, label }) => [key, label]));
  const rows = Object.entries(figures).map(([key, value]) => {
    const [name = key, unit] = key.split(', ');
    const label = padEnd(
      fitColumns(labels.get(key) ?? sentence(name.replace('grad_', 'gradient ')), labelColumns),
      labelColumns,
    );
    return `${label} ${padStart(showFigure(value, unit), valueColumns)}`;
  });
  return rows.length === 0 ? undefined : codeBlock(rows);
}

function showFigure(value: number, unit: string | undefined): string {
  if (unit === 'bytes') return formatBytes(value);
  if (unit === 'seconds') return formatDuration(value * 1000);
  return unit === undefined ? formatFigure(value) : `${formatCount(value)} ${unit}`;
}

function checkpointText({ checkpoint }: Episode): string {
  if (!checkpoint) return 'No whole checkpoint from before it.';
  return `Last healthy checkpoint: **step ${formatCount(checkpoint.step)}**`;
}

function nowText(snapshot: JobSnapshot): string {
  const { symbol, words, figure } = jobHead(snapshot);
  return `Now: ${[`${symbol} ${words}`, figure].filter(Boolean).join(' · ')}`;
}

function buttonsOf({ job }: JobSnapshot, { id, checkpoint }: Episode) {
  const ended = isEnded(job.state);
  const stopping = cancelRequestOf(job) !== undefined;
  const resume = checkpoint && `esume from checkpoint ${checkpoint.step}`;
  const buttons: ButtonParts[] = [
    ...(ended || stopping
      ? []
      : [{ id: actionIds.cancelJob(job.id), label: 'Stop', style: 'danger' as const }]),
    ...(resume === undefined
      ? []
      : [
          {
            id: actionIds.resumeBeforeAlarm(id),
            label: ended || stopping ? `R${resume}` : `Stop and r${resume}`,
            style: 'primary' as const,
          },
        ]),
    ...(ended ? [] : [{ id: actionIds.ignoreAlarm(id), label: 'Ignore this', style: 'secondary' as const }]),
  ];
  return buttons.length === 0 ? [] : [buttonRow(...buttons)];
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

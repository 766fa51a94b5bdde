import type { GpuOverview } from '../domain/gpu.js';
import type { Job } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import type { BoardJob, StatusBoard } from '../domain/status-board.js';
import { buildEmbed, lines } from './embed.js';
import { gpuLine } from './gpu-line.js';
import { cancelRequestOf, jobHead, stepOfTotal, warningsOf } from './job-head.js';
import { symbolOf } from './job-symbol.js';
import { wordMessage } from './error-message.js';
import type { MessageBody } from './message.js';
import { countOf, formatCount, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { planSubject } from './plan-details.js';
import { progressBar } from './progress-bar.js';

/** More than these are told as a number. */
const maxRunning = 8;
const maxCards = 8;
const minuteMs = 60_000;
/** While nothing runs nothing changes: the message moves this often alone, so that it can be told from a dead one. */
const idleMinutes = 10;

/** What else there is to say of the message itself. */
export interface StatusMessageOptions {
  /** It was to be pinned, and Discord refused that. */
  readonly pinRefused?: boolean;
}

/** All jobs and cards at a glance. Pings nobody. */
export function statusMessage(board: StatusBoard, { pinRefused }: StatusMessageOptions = {}): MessageBody {
  const { running, waiting, waitingCount, ended, gpu, at } = board;
  const { symbol, words, colour } = statusHead(board);
  const steps = running.length > 0 ? minuteMs : idleMinutes * minuteMs;
  return {
    embeds: [
      buildEmbed({
        title: `${symbol} ${words}`,
        colour,
        sections: [
          group('Running', running.slice(0, maxRunning).map(runningText), running.length),
          group('Waiting', waiting.map(waitingText), waitingCount),
          running.length + waitingCount === 0 && 'Nothing runs and nothing waits.',
          group('Cards', cardTexts(gpu), gpu.cards.length),
          group('Over since yesterday', ended.map(endedText), ended.length),
          pinRefused === true &&
            '📌 It could not be pinned: the bot needs the permission Pin Messages here, and room among the pins.',
        ].map((section) => section || undefined),
        footer: 'Status of all jobs · updated',
        at: Math.floor(at / steps) * steps,
      }),
    ],
    components: [],
    files: [],
    mention: [],
  };
}

/** Where the message that was asked for comes, for whoever asked. */
export function statusAnswer({ pin }: { readonly pin: boolean }): MessageBody {
  const how = pin ? 'stays current, pinned' : 'stays current';
  return wordMessage(
    `📊 The status of all jobs and cards comes into this channel and ${how}. The one before it goes.`,
  );
}

function group(head: string, texts: readonly string[], count: number): string | undefined {
  if (texts.length === 0) return undefined;
  const left = count - texts.length;
  return lines(`**${head}**`, ...texts, left > 0 && `and ${formatCount(left)} more`);
}

/** How many run, and of the one that runs alone the figure that matters; a warning of any is seen. */
function statusHead({ running, waitingCount }: StatusBoard) {
  const heads = running.map(({ snapshot }) => jobHead(snapshot));
  const waits = waitingCount === 0 ? undefined : `${formatCount(waitingCount)} waiting`;
  if (running.length === 0) {
    return waits === undefined
      ? { symbol: '💤', words: 'Nothing runs', colour: palette.waiting }
      : { symbol: '⏳', words: `${waits}, none running`, colour: palette.waiting };
  }
  const warned = heads.some(({ colour }) => colour === palette.warned);
  const figure = heads.length === 1 ? heads[0]?.figure : undefined;
  const words = [`${formatCount(running.length)} running`, waits, figure].filter(Boolean).join(' · ');
  return warned
    ? { symbol: '⚠️', words, colour: palette.warned }
    : { symbol: '▶️', words, colour: palette.running };
}

function runningText({ snapshot, url }: BoardJob): string {
  const { job, progress, at } = snapshot;
  const { symbol, words, figure } = jobHead(snapshot);
  const known = figure ?? words.charAt(0).toLowerCase() + words.slice(1);
  const { etaMs } = progress;
  const foreseen = etaMs !== undefined && Number.isFinite(etaMs) && etaMs >= 0;
  const ends = foreseen && cancelRequestOf(job) === undefined && progress.phase === 'training';
  const bar = progressBar(progress.step, progress.totalSteps) ?? stepOfTotal(snapshot);
  const begun = `began ${relativeTime(job.startedAt ?? job.state.at)}`;
  return lines(
    `${symbol} **Job ${job.id}** ${planSubject(job.plan)} · ${known}`,
    [bar, ends ? `ends ${relativeTime(at + etaMs)}` : begun].filter(Boolean).join(' · '),
    url,
  );
}

function waitingText({ job, place, expectedStartAt }: JobSnapshot): string {
  const parts = [
    `${job.held ? '⏸️' : '⏳'} **Job ${job.id}** ${planSubject(job.plan)}`,
    place === undefined ? undefined : `place ${formatCount(place)}`,
    job.held ? 'held back' : undefined,
    // To the minute: an estimate that moves by seconds is no news.
    expectedStartAt === undefined
      ? undefined
      : `starts ${relativeTime(Math.round(expectedStartAt / minuteMs) * minuteMs)}`,
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function endedText(job: Job): string {
  const { id, plan, state } = job;
  const count = warningsOf(job).length;
  const warned = state.name === 'succeeded' && count > 0 ? `, ${countOf(count, 'warning')}` : '';
  return `${symbolOf(job)} **Job ${id}** ${planSubject(plan)}, ${state.name} ${relativeTime(state.at)}${warned}`;
}

function cardTexts({ cards }: GpuOverview): string[] {
  return cards.slice(0, maxCards).map(({ card, jobIds }) => {
    const jobs = jobIds.slice(0, 3).map((id) => `job ${id}`);
    return [gpuLine(card), ...jobs].join(' · ');
  });
}

import { isEnded } from '../domain/job.js';
import type { Job } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed } from './embed.js';
import { jobSections } from './job-details.js';
import { cancelRequestOf, jobHead } from './job-head.js';
import type { MessageBody, MessageFile } from './message.js';

export interface JobMessageOptions {
  /** PNG of the training's curves; without it the message has no picture. */
  readonly chart?: Buffer;
}

const chartName = 'chart.png';
const minuteMs = 60_000;

/** The live message of a job: what is true now, in the order in which a phone shows it. Pings nobody. */
export function jobMessage(snapshot: JobSnapshot, options: JobMessageOptions = {}): MessageBody {
  const { job } = snapshot;
  return {
    embeds: [jobEmbed(snapshot, options)],
    components: jobButtons(job),
    files: chartFiles(snapshot, options),
    mention: [],
  };
}

/** The embed alone, for messages that say more around it. */
export function jobEmbed(snapshot: JobSnapshot, { chart }: JobMessageOptions) {
  const { symbol, words, colour, figure } = jobHead(snapshot);
  return buildEmbed({
    title: `${symbol} ${[words, figure].filter(Boolean).join(' · ')}`,
    colour,
    sections: jobSections(snapshot),
    ...lastSign(snapshot),
    ...(chart === undefined ? {} : { picture: chartName }),
  });
}

/**
 * When it ended, or when somebody last looked at its run: a message that no longer moves can be told from one that has
 * nothing new. To the minute, so that looking alone makes no edit.
 */
function lastSign({ job, at }: JobSnapshot): { footer?: string; at?: number } {
  if (job.state.name === 'lost') return { footer: 'Noticed', at: job.state.at };
  if (isEnded(job.state)) return { footer: 'Ended', at: job.state.at };
  if (job.state.name !== 'running') return {};
  return { footer: 'Updated', at: Math.floor(at / minuteMs) * minuteMs };
}

export function chartFiles({ job, progress }: JobSnapshot, { chart }: JobMessageOptions): MessageFile[] {
  if (chart === undefined) return [];
  const until = progress.step === undefined ? '' : ` up to step ${progress.step}`;
  return [{ name: chartName, data: chart, description: `Curves of job ${job.id}${until}` }];
}

/** What can be done about an end that was no success. Whether a whole checkpoint is left is looked up at the press. */
function againButtons(job: Job) {
  if (job.state.name === 'succeeded') return [];
  const began = job.plan.kind === 'train' && !job.plan.dryRun && job.runPath !== undefined;
  const resume = { id: actionIds.resumeJob(job.id), label: 'Resume', style: 'primary' } as const;
  return [
    buttonRow(
      ...(began ? [resume] : []),
      { id: actionIds.retryJob(job.id), label: 'Retry', style: 'secondary' },
      { id: actionIds.showLogs(job.id), label: 'Log', style: 'secondary' },
    ),
  ];
}

function jobButtons(job: Job) {
  if (isEnded(job.state)) return againButtons(job);
  const stopping = cancelRequestOf(job) !== undefined;
  const waitsForOthers =
    job.state.name === 'queued' && job.state.wait !== undefined && job.state.behind === undefined;
  return [
    buttonRow(
      ...(waitsForOthers
        ? [
            {
              id: actionIds.startAnyway(job.id),
              label: 'Start all the same',
              style: 'secondary',
            } as const,
          ]
        : []),
      {
        id: actionIds.cancelJob(job.id),
        label: stopping ? 'Stopping …' : 'Cancel',
        style: 'danger',
        disabled: stopping,
      },
    ),
  ];
}

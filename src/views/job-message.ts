import { isEnded } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { buildEmbed } from './embed.js';
import { jobSections } from './job-details.js';
import { jobButtons } from './job-buttons.js';
import { uploadSections } from './upload-sections.js';
import { jobHead } from './job-head.js';
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
  const { job } = snapshot;
  const { symbol, words, colour, figure } = jobHead(snapshot);
  return buildEmbed({
    title: `${symbol} ${[words, figure].filter(Boolean).join(' · ')}`,
    colour,
    sections: job.plan.kind === 'upload' ? uploadSections(snapshot, job.plan) : jobSections(snapshot),
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

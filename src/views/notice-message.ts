import { isEnded } from '../domain/job.js';
import type { Notice } from '../domain/notice.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { nextButtons } from './job-buttons.js';
import { jobHead } from './job-head.js';
import { chartFiles, jobEmbed } from './job-message.js';
import type { MessageBody } from './message.js';
import { planSubject } from './plan-details.js';
import { plain } from './text.js';

export interface NoticeOptions {
  readonly chart?: Buffer;
  /** Address of the job's live message. */
  readonly liveMessageUrl?: string;
}

/**
 * A new message that pings the person who asked. Its first line is what a locked phone shows. It tells the job's state at
 * the moment of sending: a notice that waited out an outage does not say "started" of a job that is over.
 */
export function noticeMessage(
  notice: Notice,
  snapshot: JobSnapshot,
  options: NoticeOptions = {},
): MessageBody {
  const { job } = snapshot;
  const told = notice.kind === 'finished' || isEnded(job.state);
  const content = [`<@${notice.userId}> ${headline(notice, snapshot)}`, options.liveMessageUrl]
    .filter((line) => line !== undefined)
    .join('\n');
  return {
    content,
    embeds: told ? [jobEmbed(snapshot, options)] : [],
    files: told ? chartFiles(snapshot, options) : [],
    components: told ? nextButtons(job) : [],
    mention: [notice.userId],
  };
}

function headline(notice: Notice, snapshot: JobSnapshot): string {
  const { job } = snapshot;
  const { symbol, words, figure } = jobHead(snapshot);
  const state = `${words.charAt(0).toLowerCase()}${words.slice(1)}`;
  // The figure of an upload that succeeded is where it went: its subject once more.
  const subject = job.kind === 'upload' && job.state.name === 'succeeded' ? undefined : planSubject(job.plan);
  const now = [`${symbol} **Job ${job.id}** ${state}`, figure, subject].filter(Boolean).join(' · ');
  const detail = notice.detail['message'];
  const message = typeof detail === 'string' && detail !== '' ? plain(detail, 500) : undefined;
  switch (notice.kind) {
    case 'finished':
      return now;
    case 'started':
      return isEnded(job.state) ? now : `▶️ **Job ${job.id}** has started · ${planSubject(job.plan)}`;
    case 'alarm':
      return [`🚨 **Job ${job.id}** alarm: ${message ?? 'something is wrong'}`, now].join('\n');
    default:
      return [`❗ **Job ${job.id}** needs you${message === undefined ? '' : `: ${message}`}`, now].join('\n');
  }
}

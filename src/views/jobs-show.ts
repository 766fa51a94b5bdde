import { isEnded, type Job } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { buttonRow, type ButtonParts } from './buttons.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, joinSections, lines } from './embed.js';
import { cancelRequestOf } from './job-head.js';
import { jobEmbed } from './job-message.js';
import type { MessageBody } from './message.js';
import { formatCount, relativeTime } from './numbers.js';
import { palette } from './palette.js';
import { trainTable } from './plan-table.js';
import { code } from './text.js';

/**
 * Characters of the second embed's text: Discord takes 6000 in all, and the first has at most 4096 and its title. What no
 * longer fits is left out by paragraph.
 */
const detailsLength = 1500;

/** Everything about one job, for one person: what its message says, and below it who, when, how often and what exactly. */
export function jobsShowMessage(snapshot: JobSnapshot): MessageBody {
  const { job } = snapshot;
  const details = buildEmbed({
    title: 'Details',
    colour: palette.stopped,
    sections: [joinSections(detailSections(job), detailsLength)],
  });
  return { embeds: [jobEmbed(snapshot, {}), details], components: [showButtons(job)], mention: [] };
}

function detailSections(job: Job): (string | undefined)[] {
  const { plan } = job;
  return [
    timesText(job),
    processText(job),
    plan.kind === 'train' ? trainTable(plan) : uploadText(plan),
    `Command ${code(plan.launch.argv.join(' '), 300)}`,
    plan.kind === 'train' ? `Config file ${code(plan.configFile.path, 200)}` : undefined,
  ];
}

function timesText(job: Job): string {
  const ended = isEnded(job.state);
  return lines(
    `Asked for by <@${job.requestedBy}> ${dateTime(job.createdAt)}`,
    job.startedAt !== undefined &&
      `${job.attempts > 1 ? 'Last started' : 'Started'} ${dateTime(job.startedAt)}`,
    ended && `${job.state.name === 'lost' ? 'Noticed' : 'Ended'} ${dateTime(job.state.at)}`,
  );
}

function processText(job: Job): string {
  const { state } = job;
  return lines(
    job.attempts === 0 ? 'Not tried yet' : `Attempts: ${formatCount(job.attempts)}`,
    job.slot !== undefined && `Slot ${job.slot}`,
    state.name === 'running' && `Process group ${state.process.pid}`,
    `Plan ${code(job.planId, 60)}`,
  );
}

function uploadText(plan: Extract<Job['plan'], { kind: 'upload' }>): string {
  return lines(
    `From ${code(plan.source.kind === 'model' ? plan.source.path : plan.source.repoId, 300)}`,
    `As ${plan.saveMethod ?? 'GGUF'}, ${plan.private ? 'private' : 'public'}`,
    plan.quantizations.length > 0 && `Quantizations ${code(plan.quantizations.join(', '), 100)}`,
  );
}

/** A date that Discord writes in the reader's language and zone. */
function dateTime(epochMs: number): string {
  return relativeTime(epochMs).replace(':R>', ':f>');
}

function showButtons(job: Job) {
  const buttons: ButtonParts[] = [
    { id: actionIds.showLogs(job.id), label: 'Logs', style: 'secondary', disabled: job.attempts === 0 },
  ];
  if (!isEnded(job.state) && cancelRequestOf(job) === undefined) {
    buttons.push({ id: actionIds.stopJob(job.id, job.state.at), label: 'Cancel', style: 'danger' });
  }
  return buttonRow(...buttons);
}

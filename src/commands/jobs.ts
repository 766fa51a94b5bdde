import type { Right } from '../domain/access.js';
import type { Job } from '../domain/job.js';
import { isEnded } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import { cancelAnswer, cancelQuestion, overAnswer, queueAnswer } from '../views/job-answers.js';
import { jobsHistoryMessage } from '../views/jobs-history.js';
import { jobsListMessage } from '../views/jobs-list.js';
import { jobsLogsMessage } from '../views/jobs-logs.js';
import { jobsShowMessage } from '../views/jobs-show.js';
import type { MessageBody } from '../views/message.js';
import type { Command, CommandInvocation } from './command.js';
import { resumeJob, retryJob, type JobsAgainParts } from './jobs-again.js';
import { completeJobs } from './jobs-complete.js';
import { jobsDefinition } from './jobs-definition.js';
import { parseJobId, parseListOptions, readJobId, rightFor } from './jobs-options.js';

interface Subcommand {
  /** `own`: one's own jobs, by the right for their kind. */
  readonly right: Right | 'own';
  run(parts: JobsAgainParts, invocation: CommandInvocation): Promise<void>;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  list: {
    right: 'view',
    run: ({ jobs }, { options, reply }) =>
      send(reply, jobsListMessage(jobs.listPage(parseListOptions(options), 0))),
  },
  show: { right: 'view', run: showJob },
  logs: {
    right: 'view',
    run: async ({ jobs }, { options, actor, reply }) =>
      send(reply, jobsLogsMessage(await jobs.readTail(parseJobId(options['job']), actor))),
  },
  history: {
    right: 'view',
    run: ({ jobs }, { reply }) => send(reply, jobsHistoryMessage(jobs.history())),
  },
  cancel: { right: 'own', run: cancelJob },
  retry: {
    right: 'own',
    run: (parts, invocation) => retryJob(parts, parseJobId(invocation.options['job']), invocation),
  },
  resume: {
    right: 'own',
    run: (parts, invocation) => resumeJob(parts, parseJobId(invocation.options['job']), invocation),
  },
  hold: { right: 'administer', run: (parts, invocation) => changeQueue('hold', parts, invocation) },
  release: { right: 'administer', run: (parts, invocation) => changeQueue('release', parts, invocation) },
  first: { right: 'administer', run: (parts, invocation) => changeQueue('first', parts, invocation) },
};
const byName = new Map(Object.entries(subcommands));

/** `/jobs`: looking at jobs, ending and repeating them, and the order of the queue. All answers are private. */
export function createJobsCommand(parts: JobsAgainParts): Command {
  return {
    definition: jobsDefinition,
    right: 'view',
    rightOf({ subcommand = '', options }) {
      const right = byName.get(subcommand)?.right ?? 'view';
      return right === 'own' ? rightFor(parts.jobs, readJobId(options['job'])) : right;
    },
    acknowledge: 'private',
    async run(invocation) {
      const found = byName.get(invocation.subcommand ?? '');
      if (found) return found.run(parts, invocation);
      throw new UserError(
        'This command is no longer known.',
        'Reload Discord to see the commands as they are.',
      );
    },
    autocomplete: async (request) => completeJobs(parts.jobs, request),
  };
}

async function send(reply: CommandInvocation['reply'], message: MessageBody): Promise<void> {
  await reply(message);
}

async function showJob(
  { jobs }: JobsAgainParts,
  { options, actor, reply }: CommandInvocation,
): Promise<void> {
  const job = jobs.require(parseJobId(options['job']), actor);
  const snapshot = await jobs.snapshot(job.id);
  if (snapshot) await reply(jobsShowMessage(snapshot));
}

/** A job that waits is cancelled at once; for one that runs the person is asked once. */
async function cancelJob(
  { jobs }: JobsAgainParts,
  { options, actor, reply }: CommandInvocation,
): Promise<void> {
  const job = jobs.requireOwn(parseJobId(options['job']), actor);
  if (isEnded(job.state) || isStopping(job)) return send(reply, overAnswer(job));
  if (job.state.name === 'queued') return send(reply, cancelAnswer(jobs.cancel(job.id, actor)));
  const snapshot = await jobs.snapshot(job.id);
  if (snapshot) await reply(cancelQuestion(snapshot));
}

/** Whether it was asked to stop and has not yet. */
export function isStopping({ state }: Job): boolean {
  return (state.name === 'running' || state.name === 'starting') && state.cancel !== undefined;
}

async function changeQueue(
  what: 'hold' | 'release' | 'first',
  { jobs }: JobsAgainParts,
  { options, actor, reply }: CommandInvocation,
): Promise<void> {
  const change = { hold: jobs.hold, release: jobs.release, first: jobs.moveFirst }[what];
  const job = change(parseJobId(options['job']), actor);
  await reply(queueAnswer(what, job, (await jobs.snapshot(job.id))?.place));
}

import { isEnded } from '../domain/job.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import {
  cancelAnswer,
  cancelQuestion,
  gaveUpAnswer,
  overAnswer,
  startAnywayAnswer,
} from '../views/job-answers.js';
import { jobsLogsMessage, jobsOutputMessage } from '../views/jobs-logs.js';
import type { Acknowledgement, Action, ActionGroup, PressInvocation } from './command.js';
import { isStopping } from './jobs.js';
import { resumeJob, retryJob, type JobsAgainParts } from './jobs-again.js';
import { parseJobId, readJobId, rightFor } from './jobs-options.js';

/**
 * The buttons of a job's message and of private answers about it. The job's message itself is edited by its one writer
 * alone: answers here are private.
 */
export function createJobActions(parts: JobsAgainParts): ActionGroup {
  const { jobs } = parts;
  const rightOf = ([id]: readonly string[]) => rightFor(jobs, readJobId(id));
  const logs = (acknowledge: Acknowledgement): Action => ({
    kind: 'press',
    right: 'view',
    acknowledge,
    async run({ args: [id], actor, reply }) {
      await reply(jobsLogsMessage(await jobs.readTail(parseJobId(id), actor)));
    },
  });
  return {
    namespace: 'job',
    actions: {
      cancel: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'private',
        async run({ args: [id], actor, reply }) {
          await reply(cancelAnswer(jobs.cancel(parseJobId(id), actor)));
        },
      },
      'give-up': {
        kind: 'press',
        right: 'upload',
        rightOf,
        acknowledge: 'private',
        async run({ args: [id], actor, reply }) {
          await reply(gaveUpAnswer(jobs.giveUp(parseJobId(id), actor)));
        },
      },
      stop: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'update',
        run: (press) => stopJob(jobs, press),
      },
      // Plans of their own: nothing runs before their Start is pressed.
      retry: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'private',
        run: (press) => retryJob(parts, parseJobId(press.args[0]), press),
      },
      resume: {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'private',
        run: (press) => resumeJob(parts, parseJobId(press.args[0]), press),
      },
      logs: logs('private'),
      'refresh-logs': logs('update'),
      output: {
        kind: 'press',
        right: 'view',
        acknowledge: 'private',
        async run({ args: [id], actor, reply }) {
          await reply(jobsOutputMessage(await jobs.readOutput(parseJobId(id), actor)));
        },
      },
      'start-anyway': {
        kind: 'press',
        right: 'train',
        rightOf,
        acknowledge: 'private',
        async run({ args: [id], actor, reply }) {
          await reply(startAnywayAnswer(jobs.startAnyway(parseJobId(id), actor)));
        },
      },
    },
  };
}

/** Cancels the job if it is still in the state that the button was shown for; asks again if not. */
async function stopJob(jobs: JobDesk, { args: [id, at], actor, reply }: PressInvocation): Promise<void> {
  const job = jobs.requireOwn(parseJobId(id), actor);
  if (isEnded(job.state) || isStopping(job)) {
    await reply(overAnswer(job));
  } else if (String(job.state.at) === at) {
    await reply(cancelAnswer(jobs.cancel(job.id, actor)));
  } else {
    const snapshot = await jobs.snapshot(job.id);
    if (snapshot) await reply(cancelQuestion(snapshot, true));
  }
}

import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import { cancelAnswer } from '../views/job-answers.js';
import type { ActionGroup, PressInvocation } from './command.js';

/** The buttons of a job's message. The message itself is edited by its one writer alone: answers here are private. */
export function createJobActions({ jobs }: { readonly jobs: JobDesk }): ActionGroup {
  return {
    namespace: 'job',
    actions: {
      cancel: {
        kind: 'press',
        right: 'train',
        acknowledge: 'private',
        run: async (press: PressInvocation) => {
          const job = jobs.cancel(jobIdOf(press.args), press.actor);
          await press.reply(cancelAnswer(job));
        },
      },
    },
  };
}

/** Parses the id in a custom_id, which anyone can forge. Throws UserError. */
function jobIdOf([text = '']: readonly string[]): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UserError('There is no such job.', 'Use the buttons of a job’s newest message.');
}

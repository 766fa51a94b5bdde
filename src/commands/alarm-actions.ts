import { isEnded } from '../domain/job.js';
import { UserError } from '../domain/user-error.js';
import type { JobDesk } from '../services/jobs/job-desk.js';
import type { PlanDesk } from '../services/plans/plan-desk.js';
import type { SentinelDesk } from '../services/sentinel/sentinel-desk.js';
import { ignoredAnswer, resumeAnswer } from '../views/alarm-answers.js';
import type { ActionGroup, PressInvocation } from './command.js';
import { proposePlan } from './propose-plan.js';

export interface AlarmActionParts {
  readonly sentinel: SentinelDesk;
  readonly jobs: JobDesk;
  readonly plans: PlanDesk;
}

/** The buttons of an alarm besides Stop, which is that of the job. */
export function createAlarmActions(parts: AlarmActionParts): ActionGroup {
  return {
    namespace: 'alarm',
    actions: {
      // In the channel: the plan has buttons, and its message is edited when it expires.
      resume: { kind: 'press', right: 'train', acknowledge: 'channel', run: (press) => resume(parts, press) },
      ignore: {
        kind: 'press',
        right: 'train',
        acknowledge: 'private',
        async run({ args, actor, reply }) {
          const { episode, job } = parts.sentinel.ignore(episodeIdOf(args), actor);
          await reply(ignoredAnswer(episode, job));
        },
      },
    },
  };
}

/** Planned first: when there is nothing to go on from, the run is not stopped for it. */
async function resume({ sentinel, jobs, plans }: AlarmActionParts, press: PressInvocation): Promise<void> {
  const { job, plan, checkpoint, halved } = await sentinel.planResume(episodeIdOf(press.args), press.actor);
  const now = jobs.get(job.id) ?? job;
  const stopped = !isEnded(now.state);
  if (stopped) jobs.cancel(job.id, press.actor);
  await proposePlan(plans, plan, press);
  await press.whisper(resumeAnswer(job, checkpoint, { stopped, halved }));
}

/** Parses the id in a custom_id, which anyone can forge. Throws UserError. */
function episodeIdOf([text = '']: readonly string[]): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UserError('There is no such alarm.', 'Use the buttons of the alarm’s message.');
}

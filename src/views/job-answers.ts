import { isEnded, type Job } from '../domain/job.js';
import type { JobSnapshot } from '../domain/snapshot.js';
import { buttonRow } from './buttons.js';
import { actionIds } from './custom-id.js';
import { lines } from './embed.js';
import { wordMessage } from './error-message.js';
import { stepOfTotal } from './job-head.js';
import type { MessageBody } from './message.js';
import { formatCount, relativeTime } from './numbers.js';
import { planSubject } from './plan-details.js';

/** What a press of Cancel came to, for the person who pressed. */
export function cancelAnswer(job: Job): MessageBody {
  const { id, state } = job;
  switch (state.name) {
    case 'cancelled':
      return wordMessage(`⏹️ Job ${id} is cancelled.`);
    case 'running':
    case 'starting':
      return wordMessage(
        `🛑 Job ${id} was asked to stop. ${job.kind === 'upload' ? 'What has reached the Hub stays there' : 'It gets time to save'}; its message says when it is over.`,
      );
    default:
      // An upload between two tries cannot be stopped: it was given up.
      if (state.name === 'failed' && state.gaveUpBy !== undefined) return gaveUpAnswer(job);
      return wordMessage(`Nothing to stop: job ${id} is over.`);
  }
}

/**
 * Asks once before a running job is cancelled. The button holds for the state that is shown: pressed later it does nothing.
 * `again`: such a button was pressed.
 */
export function cancelQuestion(snapshot: JobSnapshot, again = false): MessageBody {
  const { job } = snapshot;
  const step = stepOfTotal(snapshot);
  return {
    content: lines(
      again && `♻️ Nothing was done: job ${job.id} has moved on since that button was shown.`,
      `🛑 **Cancel job ${job.id}?**`,
      `${planSubject(job.plan)}, for <@${job.requestedBy}>`,
      job.state.name === 'queued'
        ? `It waits since ${relativeTime(job.state.at)}.`
        : `It runs since ${relativeTime(job.startedAt ?? job.state.at)}${step === undefined ? '' : `, now at ${step}`}. ${job.kind === 'upload' ? 'What has reached the Hub stays there.' : 'It gets time to save; checkpoints stay.'}`,
    ),
    components: [
      buttonRow({
        id: actionIds.stopJob(job.id, job.state.at),
        label: `Cancel job ${job.id}`,
        style: 'danger',
      }),
    ],
    mention: [],
  };
}

/** What a press of Give up came to. */
export function gaveUpAnswer({ id }: Job): MessageBody {
  return wordMessage(`⏹️ Job ${id} is given up: it is not tried again. Its message says where it stood.`);
}

/** What a change in the queue came to. `place`: where the job stands now. */
export function queueAnswer(what: 'hold' | 'release' | 'first', job: Job, place?: number): MessageBody {
  const where = place === undefined ? '' : ` Its place: ${formatCount(place)}.`;
  if (what === 'hold') {
    return wordMessage(
      `⏸️ Job ${job.id} is held back: it keeps its place, and does not start before it is released.${where}`,
    );
  }
  if (what === 'release') return wordMessage(`⏳ Job ${job.id} is not held back.${where}`);
  const held = job.held ? ' It is still held back: `/jobs release` lets it start.' : '';
  return wordMessage(`⏫ Job ${job.id} is first of those that wait.${held}`);
}

/** What a press of Start all the same came to. */
export function startAnywayAnswer(job: Job): MessageBody {
  const when = job.held ? 'once it is released and its turn comes' : 'when its turn comes';
  return wordMessage(`🚀 Job ${job.id} starts ${when}, though other programs hold memory of the GPU.`);
}

/** Instead of the question, when there is nothing left to ask. */
export function overAnswer({ id, state }: Job): MessageBody {
  const passive = state.name === 'lost' || state.name === 'cancelled';
  const how = `it ${passive ? 'was' : 'has'} ${state.name}`;
  return wordMessage(
    isEnded(state) ? `Nothing to stop: job ${id} is over, ${how}.` : `Job ${id} was asked to stop before.`,
  );
}

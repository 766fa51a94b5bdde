import type { Job } from '../domain/job.js';
import { wordMessage } from './error-message.js';
import type { MessageBody } from './message.js';

/** What a press of Cancel came to, for the person who pressed. */
export function cancelAnswer(job: Job): MessageBody {
  const { id, state } = job;
  switch (state.name) {
    case 'cancelled':
      return wordMessage(`⏹️ Job ${id} is cancelled.`);
    case 'running':
    case 'starting':
      return wordMessage(
        `🛑 Job ${id} was asked to stop. It gets time to save; its message says when it is over.`,
      );
    default:
      return wordMessage(`Nothing to stop: job ${id} is over.`);
  }
}

import type { Job } from '../domain/job.js';
import type { Episode, HealthyCheckpoint } from '../domain/sentinel/episode.js';
import { lines } from './embed.js';
import { wordMessage } from './error-message.js';
import type { MessageBody } from './message.js';
import { code } from './text.js';

/** What a press of "Ignore this" came to. */
export function ignoredAnswer({ rule }: Episode, { id }: Job): MessageBody {
  return wordMessage(
    `🔕 The rule ${code(rule, 40)} is silent for job ${id} now. \`/watch set\` with job ${id} changes that.`,
  );
}

/** Beside the plan that a press of "Stop and resume" shows. */
export function resumeAnswer(
  { id }: Job,
  { step }: HealthyCheckpoint,
  done: { readonly stopped: boolean; readonly halved: boolean },
): MessageBody {
  return wordMessage(
    lines(
      done.stopped ? `🛑 Job ${id} was asked to stop. It gets time to save.` : `Job ${id} runs no more.`,
      `The plan goes on from checkpoint ${step}${done.halved ? ' with half the learning rate' : ''}. Nothing runs until you press Start.`,
      !done.halved &&
        'The learning rate is as before: this trainer takes none on its command line. Lower it in its config file.',
    ),
  );
}

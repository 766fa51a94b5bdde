import type { JobOutputFile, JobOutputTail } from '../domain/job-list.js';
import { isEnded } from '../domain/job.js';
import { buttonRow } from './buttons.js';
import { outputBlock } from './columns.js';
import { actionIds } from './custom-id.js';
import { buildEmbed, lines } from './embed.js';
import type { MessageBody } from './message.js';
import { formatBytes } from './numbers.js';
import { palette } from './palette.js';
import { planSubject } from './plan-details.js';

/** Of an embed's 4096 characters: the rest is for what stands above. */
const blockLength = 3500;

/** The last lines of a job's output, with the buttons to newer ones and to all of it. */
export function jobsLogsMessage({ job, lines: output, sizeBytes }: JobOutputTail): MessageBody {
  const empty = output.every((line) => line.trim() === '');
  const embed = buildEmbed({
    title: `📄 Last lines of job ${job.id}`,
    colour: palette.stopped,
    sections: [planSubject(job.plan), empty ? emptyText(job.attempts) : outputBlock(output, blockLength)],
    ...(sizeBytes === undefined
      ? {}
      : { footer: `${formatBytes(sizeBytes)} in all${job.attempts > 1 ? `, attempt ${job.attempts}` : ''}` }),
  });
  const row = buttonRow(
    { id: actionIds.refreshLogs(job.id), label: 'Refresh', style: 'secondary', disabled: isEnded(job.state) },
    {
      id: actionIds.sendOutput(job.id),
      label: 'Whole output',
      style: 'primary',
      disabled: sizeBytes === undefined || sizeBytes === 0,
    },
  );
  return { embeds: [embed], components: [row], mention: [] };
}

function emptyText(attempts: number): string {
  return attempts === 0 ? 'It has not run yet.' : 'No output was found.';
}

/** The output as a file; what is missing of it is said. */
export function jobsOutputMessage({ job, data, sizeBytes }: JobOutputFile): MessageBody {
  const cut = sizeBytes > data.length;
  return {
    content: lines(
      `📄 **Output of job ${job.id}**, ${cut ? 'its end' : 'all of it'}: ${formatBytes(data.length)}`,
      cut &&
        `⚠️ All of it is ${formatBytes(sizeBytes)}, more than Discord takes: the beginning is missing here. It is in the bot’s data folder on the host.`,
      !isEnded(job.state) && 'It goes on: this is what it had written just now.',
    ),
    files: [{ name: `job-${job.id}-output.log`, data, description: `Output of job ${job.id}` }],
    mention: [],
  };
}

import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../../domain/access.js';
import type { Job } from '../../domain/job.js';
import { UserError } from '../../domain/user-error.js';
import type { JobDesk } from './job-desk.js';
import { createOutputFollower } from './output-follower.js';
import { attemptDir } from './starter.js';

/** Discord's limit of a file for bots: https://docs.discord.com/developers/reference#uploading-files. */
const maxFileBytes = 10 * 1024 * 1024;
const tailLines = 60;

export interface JobOutputParts {
  readonly require: (id: number, actor: Actor) => Job;
  readonly jobsDir: string;
  /** Of the file to be sent; smaller in tests. */
  readonly fileBytes?: number;
}

/** Reads the output of a job's newest attempt. */
export function createJobOutput(parts: JobOutputParts): Pick<JobDesk, 'readTail' | 'readOutput'> {
  const { require, jobsDir, fileBytes = maxFileBytes } = parts;
  const fileOf = ({ id, attempts }: Job): string => join(attemptDir(jobsDir, id, attempts), 'output.log');

  return {
    async readTail(id, actor) {
      const job = require(id, actor);
      const sizeBytes = await sizeOf(fileOf(job));
      const follower = createOutputFollower(fileOf(job), tailLines);
      await follower.poll();
      return { job, lines: follower.tail(), ...(sizeBytes !== undefined && { sizeBytes }) };
    },
    async readOutput(id, actor) {
      const job = require(id, actor);
      const found = await readEnd(fileOf(job), fileBytes);
      if (found === undefined || found.data.length === 0) {
        throw new UserError(
          `Job ${id} has no output${job.attempts === 0 ? ': it has not run' : ''}.`,
          job.attempts === 0 ? undefined : 'It wrote nothing yet, or its folder was removed from the host.',
        );
      }
      return { job, ...found };
    },
  };
}

async function sizeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ size }) => size,
    (error: unknown) => onlyMissing(error),
  );
}

function onlyMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}

/** The file, or its last `max` bytes from the beginning of a line; undefined when it is not there. */
async function readEnd(file: string, max: number): Promise<{ data: Buffer; sizeBytes: number } | undefined> {
  const handle = await open(file, 'r').catch(onlyMissing);
  if (!handle) return undefined;
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - max);
    const buffer = Buffer.alloc(size - from);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    const data = buffer.subarray(0, filled);
    return { data: from === 0 ? data : data.subarray(data.indexOf(0x0a) + 1), sizeBytes: size };
  } finally {
    await handle.close();
  }
}

import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ProcessIdentity } from '../../../domain/job.js';
import type { Launch } from '../../../domain/plan.js';
import type { Executor, Observation } from '../ports.js';
import { findWhyGone } from './process-identity.js';
import { wrapperScript } from './wrapper.js';

const identitySchema = z.object({
  pid: z.number().int().positive(),
  startedAt: z.string().min(1),
  bootId: z.string(),
});
const exitSchema = z.object({ exitCode: z.number().int() });

/** The wrapper writes its identity within milliseconds; on a machine out of memory or on a slow disk, later. */
const startTimeoutMs = 20_000;
const startPollMs = 4;

/** Name of the file in the attempt's folder that takes standard output and standard error. */
export const outputName = 'output.log';

async function readJsonFile<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  return schema.parse(JSON.parse(text));
}

async function waitForIdentity(dir: string, hasEnded: () => boolean): Promise<ProcessIdentity | undefined> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const ended = hasEnded();
    const identity = await readJsonFile(join(dir, 'process.json'), identitySchema);
    if (identity || ended) return identity;
    await pause(startPollMs);
  }
  return undefined;
}

/**
 * Runs children on this machine, each in a session and process group of its own with standard input closed and its
 * output in a file, so that they go on when the bot stops.
 */
export function createLocalExecutor(): Executor {
  async function start(
    dir: string,
    launch: Launch,
    env: Readonly<Record<string, string>>,
  ): Promise<ProcessIdentity> {
    await mkdir(dir, { recursive: true });
    let ended = false;
    let failure: unknown;
    const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
    const child = execa('/bin/sh', ['-c', wrapperScript, 'tuner-bot-job', dir, ...launch.argv], {
      cwd: launch.cwd,
      env: { ...env, ...launch.env },
      extendEnv: false,
      detached: true,
      // execa's defaults would end the child with the bot, and fail it when its output passes `maxBuffer`.
      cleanup: false,
      buffer: false,
      stdio: 'ignore',
      reject: false,
    });
    child.unref();
    void child.then((result) => {
      ended = true;
      failure = result.cause ?? result.originalMessage;
    });
    const identity = await waitForIdentity(dir, () => ended);
    if (identity) return identity;
    // Should the wrapper be merely slow, it must not begin after it was given up.
    if (!(await abandon(dir))) {
      const late = await waitForIdentity(dir, () => ended);
      if (late) return late;
    }
    throw new Error('The process could not be started.', { cause: failure });
  }

  async function observe(dir: string): Promise<Observation> {
    // Identity first: when the process is gone by the time it is looked at, its exit code has been written before.
    const identity = await readJsonFile(join(dir, 'process.json'), identitySchema);
    const whyGone = identity && (await findWhyGone(identity));
    const exit = await readJsonFile(join(dir, 'exit.json'), exitSchema);
    if (exit) {
      const { mtimeMs } = await stat(join(dir, 'exit.json'));
      return { name: 'exited', exitCode: exit.exitCode, at: Math.round(mtimeMs) };
    }
    if (!identity) return { name: 'pending' };
    return whyGone === undefined
      ? { name: 'running', process: identity }
      : { name: 'vanished', why: whyGone };
  }

  async function abandon(dir: string): Promise<boolean> {
    await mkdir(dir, { recursive: true });
    try {
      await mkdir(join(dir, 'claim'));
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  async function signal(process_: ProcessIdentity, name: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    if ((await findWhyGone(process_)) !== undefined) return false;
    try {
      process.kill(-process_.pid, name);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
      throw error;
    }
  }

  return { start, observe, abandon, signal };
}

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const identity = z.object({ pid: z.number().int().positive(), startedAt: z.string() });
/** Time to end by themselves, ms. */
const graceMs = 2_000;

/**
 * Ends the trainings that the bot started and that outlive it by design: whoever leaves the sandbox wants nothing to go
 * on. A pid counts only together with its start time, so that no other program is hit.
 */
export async function endJobs(jobsDir: string): Promise<number> {
  const running = jobFolders(jobsDir).flatMap((dir) => {
    if (existsSync(join(dir, 'exit.json')) || !existsSync(join(dir, 'process.json'))) return [];
    const { pid, startedAt } = identity.parse(JSON.parse(readFileSync(join(dir, 'process.json'), 'utf8')));
    return startOf(pid) === startedAt ? [{ pid, startedAt }] : [];
  });
  for (const { pid } of running) signal(pid, 'SIGTERM');
  const deadline = performance.now() + graceMs;
  const alive = () => running.filter(({ pid, startedAt }) => startOf(pid) === startedAt);
  while (alive().length > 0 && performance.now() < deadline) await pause(50);
  for (const { pid } of alive()) signal(pid, 'SIGKILL');
  return running.length;
}

/** `jobs/<id>/attempt-<n>`, as the bot lays them out. */
function jobFolders(jobsDir: string): string[] {
  if (!existsSync(jobsDir)) return [];
  return readdirSync(jobsDir).flatMap((job) =>
    readdirSync(join(jobsDir, job))
      .filter((name) => name.startsWith('attempt-'))
      .map((name) => join(jobsDir, job, name)),
  );
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** As the bot notes it: field 22 of proc_pid_stat(5) on Linux, `lstart` of ps elsewhere. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined; // There is no such process.
  }
}

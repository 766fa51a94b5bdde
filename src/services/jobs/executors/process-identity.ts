import { readFile } from 'node:fs/promises';
import type { ProcessIdentity } from '../../../domain/job.js';

/** The id of this boot of the machine. Throws where the system does not tell one. */
export async function readBootId(): Promise<string> {
  if (process.platform === 'linux') return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const { stdout } = await execa('sysctl', ['-n', 'kern.bootsessionuuid']);
  return stdout.trim();
}

/** When the process with this pid started, as the system states it; undefined when there is none, or only its zombie. */
export async function readStartedAt(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? readLinuxStart(pid) : readDarwinStart(pid);
}

async function readLinuxStart(pid: number): Promise<string | undefined> {
  let stat: string;
  try {
    stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // ENOENT, or ESRCH when it ends between open and read.
  }
  // proc_pid_stat(5): the name (field 2) may hold spaces and brackets, so fields are counted from the last `)`:
  // field 3 is the state, field 22 the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  // A zombie has ended. Where pid 1 does not reap (some containers), it would stay in the table for ever.
  return state === 'Z' || state === 'X' ? undefined : fields[19];
}

async function readDarwinStart(pid: number): Promise<string | undefined> {
  const { execa } = await import('execa'); // At the first use: loading it takes as long as a tenth of the start.
  const { stdout } = await execa('ps', ['-o', 'lstart=', '-p', String(pid)], { reject: false });
  const text = stdout.trim();
  return text === '' ? undefined : text;
}

/** Why the process of this identity is not there, or undefined while it is. */
export async function findWhyGone(identity: ProcessIdentity): Promise<string | undefined> {
  if ((await readBootId()) !== identity.bootId) return 'The machine was restarted while it ran.';
  const startedAt = await readStartedAt(identity.pid);
  if (startedAt === identity.startedAt) return undefined;
  return 'Its process was killed from outside, and with it the watcher that would have recorded how it ended.';
}

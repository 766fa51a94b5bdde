import { readFile } from 'node:fs/promises';

/** No tree of processes is that deep; a parent that is read while it ends must not send us round. */
const maxParents = 32;

/**
 * To which of these process groups a process belongs: by its own group, or by that of the nearest parent, since a child
 * may have made a group of its own. Undefined: none of them. Linux alone; elsewhere no process is known.
 */
export async function findProcessGroup(pid: number, among: readonly number[]): Promise<number | undefined> {
  let next = pid;
  for (let depth = 0; depth < maxParents && next > 1 && among.length > 0; depth += 1) {
    const found = await readProcess(next);
    if (found === undefined) return undefined;
    if (among.includes(found.group)) return found.group;
    next = found.parent;
  }
  return undefined;
}

/** proc_pid_stat(5): fields 4 and 5; the name before them may hold spaces and brackets, so it is counted from the last `)`. */
async function readProcess(pid: number): Promise<{ parent: number; group: number } | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, parent, group] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  if (parent === undefined || group === undefined) return undefined;
  return { parent, group };
}

import { readFile } from 'node:fs/promises';

/** Linux: field 5 of /proc/PID/stat; the name before it may hold spaces and brackets, so it is counted from the last `)`. */
export async function readProcessGroup(pid: number): Promise<number | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const group = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
  return Number.isSafeInteger(group) && group > 0 ? group : undefined;
}

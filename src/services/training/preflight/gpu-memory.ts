import type { GpuCard, GpuProgram } from '../../../domain/gpu.js';
import type { Finding } from '../../../domain/plan.js';
import { findProcessGroup } from '../../gpu/process-group.js';
import { readGpuCards, readGpuPrograms } from '../../toolset/probes/gpu-cards.js';

/** Where the driver names no programs (WSL), more than this on a card is not a desktop's share. */
const idleMiB = 2048;
const maxNamed = 3;

/** Whether programs that are not our jobs hold memory of a GPU. No GPU, no driver: nothing to find. */
export async function checkGpuMemory(
  env: Readonly<Record<string, string>>,
  ownProcessGroups: readonly number[],
): Promise<readonly Finding[]> {
  const [cards, programs] = await Promise.all([readGpuCards(env), readGpuPrograms(env)]);
  const others: GpuProgram[] = [];
  for (const program of programs) {
    if ((await findProcessGroup(program.pid, ownProcessGroups)) === undefined) others.push(program);
  }
  const nobodyIsTold = programs.length === 0 && ownProcessGroups.length === 0;
  const message = others.length > 0 ? namePrograms(others) : nobodyIsTold ? nameCards(cards) : undefined;
  if (message === undefined) return [];
  const remedy = 'End what is not needed, or expect the training to run out of memory.';
  return [{ level: 'warning', code: 'gpu-memory-in-use', message, remedy }];
}

function namePrograms(others: readonly GpuProgram[]): string {
  const largest = others.toSorted((a, b) => (b.usedMiB ?? 0) - (a.usedMiB ?? 0));
  const named = largest.slice(0, maxNamed).map(({ pid, name, usedMiB }) => {
    const used = usedMiB === undefined ? '' : `, ${usedMiB} MiB`;
    return `${name} (pid ${pid}${used})`;
  });
  const left = others.length - named.length;
  const more = left > 0 ? ` and ${left} more` : '';
  return `GPU memory is in use by ${named.join(', ')}${more}.`;
}

function nameCards(cards: readonly GpuCard[]): string | undefined {
  const busy = cards.filter(({ usedMiB }) => usedMiB !== undefined && usedMiB > idleMiB);
  if (busy.length === 0) return undefined;
  const named = busy.map(({ index, usedMiB, totalMiB }) => {
    const total = totalMiB === undefined ? '' : ` of ${totalMiB}`;
    return `GPU ${index}: ${usedMiB}${total} MiB`;
  });
  return `GPU memory is in use by programs that the driver does not name (${named.join(', ')}).`;
}

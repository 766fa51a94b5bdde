import type { GpuProgram } from '../../domain/gpu.js';
import { readGpuCards, readGpuPrograms } from '../toolset/probes/gpu-cards.js';
import { findProcessGroup } from './process-group.js';

/** Less than this is a desktop's share, and leaves room for a training. */
const busyMiB = 1024;
const maxNamed = 3;

export interface GpuGateParts {
  /** GPU indexes among the slots; other slots are never in use by others. */
  readonly gpus: readonly number[];
  /** The bot's own environment, without secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Process groups of the jobs that run. */
  readonly ownProcessGroups: () => readonly number[];
  /** Epoch ms. */
  readonly clock: () => number;
  /** Pause between two looks at a GPU that was in use. */
  readonly recheckMs?: number;
}

/** Whether memory of a GPU is held by programs that are not jobs of this bot. */
export interface GpuGate {
  readonly gpus: readonly number[];
  /** Whether to look at this slot now: it was not in use, or the last look is long ago. */
  mayTry(slot: number): boolean;
  /** Looks; true when the slot is free. */
  check(slot: number): Promise<boolean>;
  /** For whom jobs wait, as of the last looks: `GPU 0 is in use by python (pid 123, 10240 MiB)`; undefined: for nobody. */
  told(): string | undefined;
}

/**
 * The gate that a job passes before it starts on a slot. A GPU that cannot be asked is free. It asks anew rather than the reader:
 * what was read some seconds ago may be a program of the job that has just freed the slot.
 */
export function createGpuGate(parts: GpuGateParts): GpuGate {
  const { gpus, env, ownProcessGroups, clock, recheckMs = 15_000 } = parts;
  const busy = new Map<number, { readonly at: number; readonly pids: string; readonly text: string }>();
  return {
    gpus,
    mayTry(slot) {
      const seen = busy.get(slot);
      return seen === undefined || clock() - seen.at >= recheckMs || clock() < seen.at;
    },
    async check(slot) {
      if (!gpus.includes(slot)) return true;
      const holders = await readForeignHolders(slot, env, ownProcessGroups());
      if (holders.length === 0) {
        busy.delete(slot);
        return true;
      }
      const pids = holders.map(({ pid }) => pid).join(' ');
      const before = busy.get(slot);
      // Figures that move a little are no news: each new text is an edit and a row of the job's history.
      const text = before?.pids === pids ? before.text : nameHolders(slot, holders);
      busy.set(slot, { at: clock(), pids, text });
      return false;
    },
    told() {
      const texts = [...busy].toSorted(([a], [b]) => a - b).map(([, { text }]) => text);
      return texts.length === 0 ? undefined : texts.join('; ');
    },
  };
}

async function readForeignHolders(
  index: number,
  env: Readonly<Record<string, string>>,
  own: readonly number[],
): Promise<readonly GpuProgram[]> {
  const [cards, holders] = await Promise.all([readGpuCards(env), readGpuPrograms(env)]);
  const card = cards.find((one) => one.index === index);
  if (card === undefined) return [];
  const foreign: GpuProgram[] = [];
  for (const holder of holders.filter(({ gpuUuid }) => gpuUuid === card.uuid)) {
    // No job of ours is on a free slot: where programs do not tell their memory, the card's tells the same.
    if ((holder.usedMiB ?? card.usedMiB ?? 0) < busyMiB) continue;
    if ((await findProcessGroup(holder.pid, own)) === undefined) foreign.push(holder);
  }
  return foreign.toSorted((a, b) => a.pid - b.pid);
}

function nameHolders(index: number, holders: readonly GpuProgram[]): string {
  const named = holders.slice(0, maxNamed).map(({ pid, name, usedMiB }) => {
    const used = usedMiB === undefined ? '' : `, ${usedMiB} MiB`;
    return `${name.split('/').at(-1) ?? name} (pid ${pid}${used})`;
  });
  const left = holders.length - named.length;
  return `GPU ${index} is in use by ${named.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

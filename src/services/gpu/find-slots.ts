import type { GpuCard } from '../../domain/gpu.js';
import { readGpuCards } from '../toolset/probes/gpu-cards.js';

/** Where jobs may run. */
export interface Slots {
  /** Slot numbers; a slot that is a GPU has its index. */
  readonly numbers: readonly number[];
  /** Those of `numbers` that are GPUs, to which the child is confined. */
  readonly gpus: readonly number[];
}

/**
 * The slots: as the settings say (a number of them, or a list of GPU indexes), or else one a GPU that `env` leaves visible, or one
 * without a GPU. `env`: the bot's own environment, without secrets.
 */
export async function findSlots(
  given: number | readonly number[] | undefined,
  env: Readonly<Record<string, string>>,
): Promise<Slots> {
  if (typeof given === 'object') return { numbers: given, gpus: given };
  const gpus = visibleGpus(await readGpuCards(env), env['CUDA_VISIBLE_DEVICES']);
  return chooseSlots(given ?? Math.max(gpus.length, 1), gpus);
}

/** `count` slots: the GPUs first, then numbers that no GPU has. */
export function chooseSlots(count: number, gpus: readonly number[]): Slots {
  const chosen = gpus.slice(0, count);
  const numbers = [...chosen];
  for (let number = 0; numbers.length < count; number += 1) {
    if (!gpus.includes(number)) numbers.push(number);
  }
  return { numbers, gpus: chosen };
}

/**
 * Indexes of the cards that CUDA_VISIBLE_DEVICES leaves: indexes or beginnings of UUIDs; the first that names no card ends
 * the list (CUDA C++ Programming Guide, "CUDA Environment Variables"). Undefined: all.
 */
export function visibleGpus(
  cards: readonly Pick<GpuCard, 'index' | 'uuid'>[],
  variable: string | undefined,
): readonly number[] {
  if (variable === undefined) return cards.map(({ index }) => index);
  const visible: number[] = [];
  for (const name of variable.split(',').map((part) => part.trim())) {
    const card = cards.find(({ index, uuid }) =>
      /^\d+$/.test(name) ? index === Number(name) : name.startsWith('GPU-') && uuid?.startsWith(name),
    );
    if (card === undefined) break;
    if (!visible.includes(card.index)) visible.push(card.index);
  }
  return visible;
}

import type { Finding } from '../../../domain/plan.js';
import { gigabytes, readFreeBytes } from '../../toolset/free-disk.js';
import { billionsOf } from '../../toolset/model-size.js';

/** What the room that checkpoints need follows from. */
export interface CheckpointFactors {
  readonly loraRank?: number | undefined;
  /** The model's name; its size is read from it (`…-7b`). */
  readonly model?: string | undefined;
  /** Checkpoints kept; undefined: all are. */
  readonly saveTotalLimit?: number | undefined;
  /** Steps between checkpoints; below 1: a share of all steps, as the trainers read it. */
  readonly saveSteps?: number | undefined;
  readonly totalSteps?: number | undefined;
}

/** Adapter weights a unit of rank: LoRA on all linear layers of a 7B model (32 layers × 81,920, as in Mistral 7B). */
const weightsPerRank = 32 * 81_920;
const modelOfReference = 7;
const usualRank = 16;

/** Bytes a weight of the adapter: half precision and an 8-bit optimizer, or full precision and Adam's two moments. */
const leastBytesPerWeight = 2 + 2;
const mostBytesPerWeight = 4 + 8;

/**
 * Room for the checkpoints and the final model. Weights of the adapter = rank × 2.6 million × (size of the model / 7B); a
 * checkpoint holds them and the optimizer's state; there are as many as are kept and the one being written; the final
 * model is the adapter once more. (Rank 64 in half precision on 7B: 320 MiB, as the toolset's guide has it.)
 */
export function estimateDisk(factors: CheckpointFactors): {
  readonly leastBytes: number;
  readonly mostBytes: number;
} {
  const size = billionsOf(factors.model) ?? modelOfReference;
  const weights = (factors.loraRank ?? usualRank) * weightsPerRank * (size / modelOfReference);
  const count = checkpointCount(factors) + 1;
  const least = weights * (count * leastBytesPerWeight + 2);
  const most = weights * (count * mostBytesPerWeight + 4);
  return { leastBytes: Math.ceil(least), mostBytes: Math.ceil(most) };
}

function checkpointCount({ saveTotalLimit, saveSteps, totalSteps }: CheckpointFactors): number {
  const all = savesOf(saveSteps, totalSteps);
  return Math.min(saveTotalLimit ?? Number.POSITIVE_INFINITY, all ?? saveTotalLimit ?? 1);
}

function savesOf(saveSteps: number | undefined, totalSteps: number | undefined): number | undefined {
  if (saveSteps === undefined || saveSteps <= 0) return undefined;
  if (saveSteps < 1) return Math.ceil(1 / saveSteps);
  return totalSteps === undefined ? undefined : Math.ceil(totalSteps / saveSteps);
}

/** Compares the estimate with what is free where the runs are written. */
export async function checkDisk(folder: string, factors: CheckpointFactors): Promise<readonly Finding[]> {
  const freeBytes = await readFreeBytes(folder);
  if (freeBytes === undefined) return [];
  const { leastBytes, mostBytes } = estimateDisk(factors);
  const text = `The disk of ${folder} has ${gigabytes(freeBytes)} free; checkpoints need`;
  const remedy = 'Free some room, or lower save_total_limit in the config file.';
  if (freeBytes < leastBytes) {
    const message = `${text} at least about ${gigabytes(leastBytes)}.`;
    return [{ level: 'blocker', code: 'disk', message, remedy }];
  }
  if (freeBytes < mostBytes) {
    return [
      { level: 'warning', code: 'disk', message: `${text} up to about ${gigabytes(mostBytes)}.`, remedy },
    ];
  }
  return [];
}

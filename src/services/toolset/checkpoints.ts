import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunLayout } from '../../domain/train-plan.js';
import { globPattern } from './glob.js';
import { isGone, readProblem } from './read-problem.js';
import type { Run } from './runs.js';
import { checkModelFolder, checkWeightsFile } from './weights.js';
import { notWhole, type Whole } from './whole.js';

/** A checkpoint of a run: a folder, or a file (mlx). Whether it is whole is asked for separately: it costs reads. */
export interface Checkpoint {
  readonly name: string;
  readonly path: string;
  readonly step: number;
}

/** The checkpoints of a run, lowest step first; none when the folder is gone or may not be read. */
export async function listCheckpoints(
  run: Pick<Run, 'path'>,
  layout: RunLayout,
): Promise<readonly Checkpoint[]> {
  return listCheckpointsOf(run, layout).catch((): Checkpoint[] => []);
}

/** As `listCheckpoints`, but throws what the file system says of a folder that is there and cannot be read. */
export async function listCheckpointsOf(
  run: Pick<Run, 'path'>,
  layout: RunLayout,
): Promise<readonly Checkpoint[]> {
  const folder = join(run.path, dirname(layout.checkpoints));
  const pattern = globPattern(basename(layout.checkpoints), String.raw`(\d{1,15})`);
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (!isGone(error)) throw error;
    return [];
  });
  return names
    .flatMap((name): Checkpoint[] => {
      const step = pattern.exec(name)?.[1];
      return step === undefined ? [] : [{ name, path: join(folder, name), step: Number(step) }];
    })
    .toSorted((a, b) => a.step - b.step);
}

/** Whether all files of a checkpoint are there and fully written. Never rejects; one that vanished is not whole. */
export async function checkCheckpoint(checkpoint: Checkpoint, layout: RunLayout): Promise<Whole> {
  try {
    const entry = await stat(checkpoint.path);
    return entry.isDirectory()
      ? await checkModelFolder(checkpoint.path, layout.weights)
      : await checkWeightsFile(checkpoint.path);
  } catch (error) {
    return notWhole(isGone(error) ? 'it is not there any more' : readProblem(error, checkpoint.name));
  }
}

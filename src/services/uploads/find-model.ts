import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { UploadedModel } from '../../domain/upload-plan.js';
import { UserError } from '../../domain/user-error.js';
import { absentFile, pinFile } from '../toolset/pin-file.js';
import { runIdOf, type FoundRun } from '../run-history/find-runs.js';
import { globPattern } from '../toolset/glob.js';
import { mapLimited } from '../toolset/map-limited.js';
import { usualWeights } from '../toolset/weights.js';
import type { UploadParts } from './parts.js';
import type { ModelChoice } from './upload-desk.js';

/** A model of a run that was chosen, with what is known of its files. */
export interface FoundModel {
  /** Its files are not pinned yet: hashing them takes its time. */
  readonly source: Omit<UploadedModel, 'pinned'>;
  readonly run: FoundRun;
  /** What is missing or half written, a clause; absent: it is whole. */
  readonly incomplete?: string;
  readonly size: FolderSize;
  /** Its training goes on. */
  readonly running: boolean;
}

export interface FolderSize {
  /** Of all files below the folder. */
  readonly bytes: number;
  /** Of its files of weights. */
  readonly weightBytes: number;
}

/** Beside the runs: what is made for uploads. */
export const copiesFolder = '.uploads';

/** Files beside the weights that state what the weights are. */
const configNames = ['adapter_config.json', 'config.json'];
/** Hashed side by side: more would only queue for the disk. */
const parallel = 2;

/** The model that was chosen, looked up among the runs found. Throws UserError when it is not there. */
export async function findModel(parts: UploadParts, choice: ModelChoice): Promise<FoundModel> {
  const [run, shown] = await Promise.all([parts.runs.locate(choice.run), parts.runs.show(choice.run)]);
  const step = choice.checkpoint === 'final' ? undefined : choice.checkpoint;
  const row = shown.checkpoints.find((each) => each.step === step);
  const found = step === undefined ? shown.finalModel : row;
  if (!found) {
    throw new UserError(
      step === undefined
        ? `${shown.name} has no final model.`
        : `${shown.name} has no checkpoint at step ${step} any more.`,
      'See /checkpoints for what it has; older checkpoints vanish while training goes on.',
    );
  }
  const path = row
    ? join(run.run.path, dirname(run.layout.checkpoints), row.name)
    : join(run.run.path, run.layout.finalModel);
  return {
    run,
    ...(found.incomplete !== undefined && { incomplete: found.incomplete }),
    running: shown.status === 'running',
    size: await measureFolder(path, weightsOf(run)),
    source: {
      kind: 'model',
      runId: runIdOf(run),
      runName: shown.name,
      platform: shown.platform,
      method: shown.method,
      methodLabel: shown.methodLabel,
      checkpoint: basename(path),
      ...(step !== undefined && { step }),
      figures: row
        ? { ...row.figures?.training?.values, ...row.figures?.evaluation?.values }
        : { ...shown.finalModel?.figures?.values },
      columns: shown.columns,
      path,
    },
  };
}

/** Weights and their config. What cannot be read is pinned as absent: whether it is whole is told elsewhere. */
export async function pinModel({ source, run }: FoundModel): Promise<UploadedModel['pinned']> {
  const folder = source.path;
  const patterns = weightsOf(run).map((pattern) => globPattern(pattern));
  const names = await readdir(folder).catch(() => []);
  const wanted = names.filter(
    (name) => configNames.includes(name) || patterns.some((pattern) => pattern.test(name)),
  );
  return mapLimited(wanted.toSorted(), parallel, async (name) => {
    const path = join(folder, name);
    return await pinFile(path).catch(() => absentFile(path));
  });
}

function weightsOf({ layout }: FoundRun): readonly string[] {
  return layout.weights ?? usualWeights;
}

/** Never rejects: what cannot be read counts nothing. */
export async function measureFolder(folder: string, weights: readonly string[] = []): Promise<FolderSize> {
  const patterns = weights.map((pattern) => globPattern(pattern));
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await mapLimited(
    entries.filter((entry) => !entry.isDirectory()),
    16,
    async ({ parentPath, name }) => {
      const entry = await stat(join(parentPath, name)).catch(() => undefined);
      const isWeights = parentPath === folder && patterns.some((pattern) => pattern.test(name));
      return { bytes: entry?.isFile() === true ? entry.size : 0, isWeights };
    },
  );
  const sum = (some: typeof files): number => some.reduce((total, { bytes }) => total + bytes, 0);
  return { bytes: sum(files), weightBytes: sum(files.filter(({ isWeights }) => isWeights)) };
}

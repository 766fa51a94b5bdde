import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { PinnedFile } from '../../domain/plan.js';
import type { SaveMethod, UploadPlan } from '../../domain/upload-plan.js';
import type { UploadProgram } from '../toolset/manifest/schema.js';
import { launchModel } from './build-launch.js';
import { checkTarget } from './check-target.js';
import { copiesFolder, findModel, measureFolder, pinModel, type FoundModel } from './find-model.js';
import type { UploadParts } from './parts.js';
import type { DiskNeed } from './preflight/disk.js';
import { checkUploadEnvironment } from './preflight/environment.js';
import { checkLlamaCpp } from './preflight/llama-cpp.js';
import { checkModel, isAdapter } from './preflight/model.js';
import type { TokenCheck } from './preflight/token.js';
import { lineageOf, type Lineage } from './read-lineage.js';
import { diskBytes, ggufBytes, modelSize, saveBytes, sizeFlag, type ModelSize } from './sizes.js';
import type { ModelChoice } from './upload-desk.js';

/** What all uploads of a request share. */
export interface PlanContext {
  readonly parts: UploadParts;
  readonly program: UploadProgram;
  readonly token: TokenCheck;
}

export interface ModelWish {
  readonly choice: ModelChoice;
  readonly repoId: string;
  readonly saveMethod: SaveMethod;
  readonly quantizations: readonly string[];
  readonly private: boolean;
}

/** A plan before its disk is looked at, which is done for all uploads of a request together. */
export interface PlannedUpload {
  readonly plan: UploadPlan;
  readonly need: DiskNeed;
}

/** A model's files and what is known of its size. */
export interface SizedModel {
  readonly found: FoundModel;
  readonly lineage: Lineage;
  readonly full: ModelSize;
}

/** Throws UserError when the run or the checkpoint is not there. */
export async function sizeModel(parts: UploadParts, choice: ModelChoice): Promise<SizedModel> {
  const found = await findModel(parts, choice);
  const { path } = found.source;
  const [lineage, adapter] = await Promise.all([lineageOf(parts, found.run.run.path, path), isAdapter(path)]);
  return { found, lineage, full: modelSize({ size: found.size, adapter, baseModel: lineage.baseModel }) };
}

/** The plan of one model's upload with its findings, but for the disk. Throws UserError as `sizeModel`. */
export async function planModel(context: PlanContext, wish: ModelWish): Promise<PlannedUpload> {
  const { parts, program, token } = context;
  const { saveMethod, quantizations } = wish;
  const gguf = quantizations.length > 0;
  const { found, lineage, full } = await sizeModel(parts, wish.choice);
  const { backend } = found.run;
  const kind = saveMethod === 'lora' && !gguf ? 'none' : backend.environment;
  const [target, pinned, environment, model, llamaCpp] = await Promise.all([
    checkTarget(parts, token, wish),
    pinModel(found),
    parts.environments.check(kind),
    checkModel(found, saveMethod, gguf),
    gguf
      ? checkLlamaCpp({
          root: parts.toolset.root,
          llamaCpp: program.llamaCpp,
          ofRepository: false,
          env: parts.env,
        })
      : [],
  ]);
  const outputDir = outputDirOf(found, pinned, target.repoId, saveMethod);
  const copyBytes = saveBytes(saveMethod, found.size, full);
  const ggufSize = ggufBytes(full.fullBytes, quantizations, program.quantizations);
  const disk = diskBytes(saveMethod, copyBytes, ggufSize, full.fullBytes);
  const { interpreter } = environment;
  const plan: UploadPlan = {
    kind: 'upload',
    source: { ...found.source, pinned },
    repoId: target.repoId,
    private: wish.private || (target.repo?.private ?? false),
    saveMethod,
    quantizations,
    uploadBytes: copyBytes + ggufSize,
    diskBytes: disk,
    outputDir,
    ...(target.overwrites && { overwrites: target.overwrites }),
    launch: launchModel(parts.toolset, program, interpreter.found ? interpreter.path : 'python3', {
      path: found.source.path,
      repoId: target.repoId,
      saveMethod,
      quantizations,
      private: wish.private,
      modelSize: sizeFlag(program, lineage.baseModel),
      lineagePath: lineage.path,
      outputDir,
    }),
    findings: [...target.findings, ...model, ...llamaCpp, ...checkUploadEnvironment(kind, environment)],
  };
  // What an earlier try made there is written over.
  const made = await measureFolder(outputDir);
  const from = saveMethod === 'lora' && !gguf ? 'measured' : full.from;
  return { plan, need: { folder: outputDir, bytes: Math.max(0, disk - made.bytes), from } };
}

/**
 * Beside the run, on its disk: a folder in it would make it look changed. A name that begins with a dot comes before those
 * of runs, whose last the toolset's own programs take for the newest. The same for the same files, repository and method,
 * so that a retry finds what was made; of other weights in the same place (trainers overwrite checkpoints) nothing is
 * found. No part of an id can hold `--`.
 */
function outputDirOf(
  { source, run }: FoundModel,
  pinned: readonly PinnedFile[],
  repoId: string,
  saveMethod: SaveMethod,
): string {
  const hash = createHash('sha256');
  for (const { path, sha256 } of pinned) hash.update(`${path}\0${sha256}\0`);
  const { path, name } = run.run;
  const beside =
    run.layout.kind === 'single' ? join(path, copiesFolder) : join(dirname(path), copiesFolder, name);
  const folder = `${source.checkpoint}-${hash.digest('hex').slice(0, 12)}`;
  return join(beside, folder, repoId.replace('/', '--'), saveMethod);
}

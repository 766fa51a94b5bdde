import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { UploadPlan } from '../../domain/upload-plan.js';
import { checkWeightsFile, usualWeights } from '../toolset/weights.js';
import { globPattern } from '../toolset/glob.js';
import type { UploadFacts } from './upload-facts.js';

/** A file on this machine that belongs into the repository. */
export interface LocalFile {
  /** In the repository, with slashes. */
  readonly path: string;
  /** Absolute. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Names in the repository of what the program writes about the upload. */
export const cardName = 'README.md';
export const manifestName = 'upload_manifest.json';
export const lineageName = 'training_lineage.json';

const weightPatterns = usualWeights.map((pattern) => globPattern(pattern));

/**
 * The model's files and those of GGUF that this run of the program made; undefined while not all of them are there and
 * whole, as far as the formats tell. What a program prints is not trusted as a path: nothing outside of the plan's folder is
 * taken.
 */
export async function findMade(
  plan: UploadPlan,
  facts: UploadFacts,
): Promise<readonly LocalFile[] | undefined> {
  const { outputDir } = plan;
  const folder = outputDir === undefined ? undefined : await findInner(outputDir, facts.modelFolder);
  if (outputDir === undefined || folder === undefined || facts.notMade.length > 0) return undefined;
  const names = plan.quantizations.length === 0 ? [] : facts.gguf?.map(({ name }) => name);
  if (!names || names.some((name) => name !== basename(name))) return undefined;
  try {
    const model = await listFolder(folder);
    const gguf = await Promise.all(names.map((name) => fileAt(name, join(outputDir, 'gguf', name))));
    const made = [...model, ...gguf];
    return (await areWhole(made)) && hasAll(plan, names) ? made : undefined;
  } catch {
    // Removed, or unreadable: then it is made once more.
    return undefined;
  }
}

/** Quantizations stand at the end of the names of their files. */
function hasAll({ quantizations }: UploadPlan, names: readonly string[]): boolean {
  return quantizations.every((kind) => names.some((name) => isOfKind(name, kind)));
}

/** `model-Q4_K_M.gguf` is one of `q4_k_m`. */
export function isOfKind(name: string, kind: string): boolean {
  return name.toLowerCase().endsWith(`-${kind.toLowerCase()}.gguf`);
}

async function areWhole(files: readonly LocalFile[]): Promise<boolean> {
  const weights = files.filter(({ file }) => weightPatterns.some((pattern) => pattern.test(basename(file))));
  const checked = await Promise.all(weights.map(({ file }) => checkWeightsFile(file)));
  return weights.length > 0 && checked.every(({ whole }) => whole);
}

/** The printed folder, if it lies in the other: programs print paths without the links that lead there. */
async function findInner(outputDir: string, printed: string | undefined): Promise<string | undefined> {
  if (printed === undefined) return undefined;
  const folder = resolve(outputDir, printed);
  const real = (path: string) => realpath(path).catch(() => path);
  const inner = relative(await real(outputDir), await real(folder));
  return inner === '' || inner.startsWith('..') || isAbsolute(inner) ? undefined : folder;
}

async function listFolder(folder: string): Promise<readonly LocalFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return fileAt(relative(folder, file).replaceAll('\\', '/'), file);
    }),
  );
}

async function fileAt(path: string, file: string): Promise<LocalFile> {
  const { size, mtimeMs } = await stat(file);
  return { path, file, sizeBytes: size, modifiedMs: mtimeMs };
}

/**
 * What the program wrote about the upload, as far as it did; each takes the place of a file of its name in the model. What is
 * older than that which was made tells of an earlier upload and is left out.
 */
export async function findDocuments(
  plan: UploadPlan,
  made: readonly LocalFile[],
): Promise<readonly LocalFile[]> {
  if (plan.outputDir === undefined || plan.source.kind !== 'model') return [];
  const given = plan.launch.argv.find((argument) => basename(argument) === lineageName);
  const newestMs = Math.max(0, ...made.map(({ modifiedMs }) => modifiedMs));
  const places = [
    [cardName, join(plan.outputDir, cardName), newestMs],
    [manifestName, join(plan.outputDir, manifestName), newestMs],
    [lineageName, given ?? join(dirname(plan.source.path), lineageName), 0],
  ] as const;
  const found = await Promise.all(
    places.map(async ([path, file, sinceMs]) => {
      const there = await fileAt(path, file).catch(() => undefined);
      return there && there.modifiedMs >= sinceMs ? there : undefined;
    }),
  );
  return found.filter((file) => file !== undefined);
}

/** By path in the repository; of two the later one. */
export function mergeFiles(...lists: readonly (readonly LocalFile[])[]): readonly LocalFile[] {
  return [...new Map(lists.flat().map((file) => [file.path, file])).values()];
}

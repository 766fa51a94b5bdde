import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { globPattern } from './glob.js';
import { readProblem } from './read-problem.js';
import { checkSafetensors } from './safetensors.js';
import { isWhole, notWhole, type Whole } from './whole.js';
import { checkZip } from './zip.js';

/** Weights of a model or an adapter, by name: Hugging Face's names and MLX's. (`training_args.bin` is none.) */
export const usualWeights = [
  '*.safetensors',
  '*.npz',
  '*.gguf',
  'adapter_model.bin',
  'pytorch_model*.bin',
] as const;
const indexName = /\.(safetensors|bin)\.index\.json$/;
const shardName = /^(.*)-(\d{5})-of-(\d{5})\.(safetensors|bin)$/;
/** Files beside the weights that are needed to load or resume: when one is there, it must not be empty. */
const companionName = /\.(json|pt|pth|bin|safetensors|npz)$/;

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Whether a folder holds a model whose files are all there and fully written: at least one file of weights, none empty,
 * each as long as it states, every part that an index names. `expected` are the names of weights, `*` for any characters.
 * Never throws: what cannot be read is not whole.
 */
export async function checkModelFolder(
  folder: string,
  expected: readonly string[] = usualWeights,
): Promise<Whole> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    return notWhole(readProblem(error, basename(folder)));
  }
  const patterns = expected.map((pattern) => globPattern(pattern));
  const weights = names.filter((name) => patterns.some((pattern) => pattern.test(name)));
  if (weights.length === 0) return notWhole('it holds no weights file');
  const missing = (await missingPart(folder, names)) ?? (await emptyCompanion(folder, names));
  if (missing !== undefined) return notWhole(missing);
  for (const name of weights) {
    const checked = await checkWeightsFile(join(folder, name));
    if (!checked.whole) return checked;
  }
  return isWhole;
}

/** Whether one file of weights is fully written, by its own format. Never throws. */
export async function checkWeightsFile(path: string): Promise<Whole> {
  const name = basename(path);
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size === 0) return notWhole(`${name} is empty`);
      if (name.endsWith('.safetensors')) return await checkSafetensors(file, size, name);
      if (name.endsWith('.npz')) return await checkZip(file, size, name);
      if (/\.(bin|pth|pt)$/.test(name)) return await checkTorchFile(file, size, name);
      return isWhole;
    } finally {
      await file.close();
    }
  } catch (error) {
    return notWhole(readProblem(error, name));
  }
}

/** PyTorch saves ZIP files since 1.6; a file in the older pickle format says nothing of its length. */
async function checkTorchFile(
  file: Awaited<ReturnType<typeof open>>,
  sizeBytes: number,
  name: string,
): Promise<Whole> {
  const magic = Buffer.alloc(2);
  await file.read(magic, 0, 2, 0);
  return magic.toString('latin1') === 'PK' ? await checkZip(file, sizeBytes, name) : isWhole;
}

/** What a sharded model lacks: the index that names its parts, or a part that the index or the other parts name. */
async function missingPart(folder: string, names: readonly string[]): Promise<string | undefined> {
  const present = new Set(names);
  const indexes = names.filter((name) => indexName.test(name));
  for (const index of indexes) {
    const parts = await readIndex(join(folder, index));
    if (parts === undefined) return `${index} cannot be read`;
    const absent = parts.find((part) => !present.has(part));
    if (absent !== undefined) return `${absent} is missing`;
  }
  for (const name of names) {
    const [, stem, , count, kind] = shardName.exec(name) ?? [];
    if (stem === undefined || count === undefined) continue;
    for (let part = 1; part <= Number(count); part += 1) {
      const other = `${stem}-${String(part).padStart(5, '0')}-of-${count}.${kind}`;
      if (!present.has(other)) return `${other} is missing`;
    }
    const index = `${stem}.${kind}.index.json`;
    if (!present.has(index)) return `${index} is missing`;
  }
  return undefined;
}

async function readIndex(path: string): Promise<readonly string[] | undefined> {
  try {
    const index = indexSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return index.success ? [...new Set(Object.values(index.data.weight_map))] : undefined;
  } catch {
    return undefined;
  }
}

async function emptyCompanion(folder: string, names: readonly string[]): Promise<string | undefined> {
  for (const name of names.filter((name) => companionName.test(name))) {
    try {
      const entry = await stat(join(folder, name));
      if (entry.isFile() && entry.size === 0) return `${name} is empty`;
    } catch (error) {
      return readProblem(error, name);
    }
  }
  return undefined;
}

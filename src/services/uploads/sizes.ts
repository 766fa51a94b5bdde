import type { SaveMethod } from '../../domain/upload-plan.js';
import type { UploadProgram } from '../toolset/manifest/schema.js';
import { billionsOf } from '../toolset/model-size.js';
import type { FolderSize } from './find-model.js';

/**
 * How large a model is when all its weights have 16 bits, and how that is known: `measured` from its own files, `named` by
 * the base model's name, `guessed` from the adapter.
 */
export interface ModelSize {
  readonly fullBytes: number;
  readonly from: 'measured' | 'named' | 'guessed';
}

/** Two bytes a parameter: 14 GB for 7B. */
const bytesPerBillion = 2e9;
/** Of a 7B model, by the toolset's guide: 14 GB merged, 320 MB its adapter. */
const fullByAdapter = 14_000 / 320;
/** A name that states a size within this factor of one that the program knows is meant by it. */
const nearEnough = 1.4;

export interface SizeFacts {
  readonly size: FolderSize;
  /** Whether the folder holds an adapter; else the whole model. */
  readonly adapter: boolean;
  readonly baseModel?: string | undefined;
}

export function modelSize({ size, adapter, baseModel }: SizeFacts): ModelSize {
  if (!adapter) return { fullBytes: size.weightBytes, from: 'measured' };
  const billions = billionsOf(baseModel);
  if (billions !== undefined) return { fullBytes: billions * bytesPerBillion, from: 'named' };
  return { fullBytes: size.weightBytes * fullByAdapter, from: 'guessed' };
}

/** Bytes that go to the Hub without GGUF files: of `lora` the folder as it stands, of a merged model all its weights. */
export function saveBytes(method: SaveMethod, size: FolderSize, { fullBytes }: ModelSize): number {
  if (method === 'lora') return size.bytes;
  return Math.round(method === 'merged_16bit' ? fullBytes : fullBytes / 4);
}

/** Bytes of all GGUF files: the one in 16 bits, which is always made, and one a quantization. */
export function ggufBytes(
  fullBytes: number,
  quantizations: readonly string[],
  bits: Readonly<Record<string, number>>,
): number {
  if (quantizations.length === 0) return 0;
  return Math.round(
    quantizations.reduce((sum, name) => sum + (fullBytes * (bits[name] ?? 16)) / 16, fullBytes),
  );
}

/** What is made on the disk: the copy, the GGUF files and, unless the copy has 16 bits, the merged model they are made of. */
export function diskBytes(method: SaveMethod, copyBytes: number, gguf: number, fullBytes: number): number {
  const between = gguf > 0 && method !== 'merged_16bit' ? Math.round(fullBytes) : 0;
  return copyBytes + gguf + between;
}

/** The value of the program's flag for the model's size that the name states; undefined where none is near. */
export function sizeFlag(
  { modelSizes }: Pick<UploadProgram, 'modelSizes'>,
  baseModel: string | undefined,
): string | undefined {
  const billions = billionsOf(baseModel);
  if (billions === undefined) return undefined;
  const factors = Object.entries(modelSizes).map(([value, size]) => ({
    value,
    factor: Math.max(size / billions, billions / size),
  }));
  const nearest = factors.toSorted((a, b) => a.factor - b.factor)[0];
  return nearest && nearest.factor <= nearEnough ? nearest.value : undefined;
}

import type { FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { isWhole, notWhole, type Whole } from './whole.js';

/** The format's own limit for its header (safetensors `MAX_HEADER_SIZE`). */
const maxHeaderBytes = 100_000_000;

/** Tensors by name; `__metadata__` has no offsets. */
const headerSchema = z.record(
  z.string(),
  z.object({ data_offsets: z.tuple([z.number(), z.number()]).optional() }),
);

/**
 * Compares the size that a safetensors file states with the size that it has: 8 bytes (little-endian) give the length of
 * a JSON header, the largest end in whose `data_offsets` is the length of the data. The format's own reader refuses any
 * other size, longer ones too.
 */
export async function checkSafetensors(file: FileHandle, sizeBytes: number, name: string): Promise<Whole> {
  if (sizeBytes < 8) return notWhole(`${name} is cut short`);
  const prefix = Buffer.alloc(8);
  await file.read(prefix, 0, 8, 0);
  const headerBytes = Number(prefix.readBigUInt64LE());
  if (headerBytes > maxHeaderBytes) return notWhole(`${name} has no safetensors header`);
  if (8 + headerBytes > sizeBytes) return notWhole(`${name} is cut short`);
  const header = Buffer.alloc(headerBytes);
  await file.read(header, 0, headerBytes, 8);
  const dataBytes = dataBytesOf(header.toString('utf8'));
  if (dataBytes === undefined) return notWhole(`${name} has no safetensors header`);
  if (dataBytes === 0) return notWhole(`${name} holds no weights`);
  const statedBytes = 8 + headerBytes + dataBytes;
  if (statedBytes === sizeBytes) return isWhole;
  return notWhole(`${name} has ${sizeBytes} of the ${statedBytes} bytes that it states`);
}

function dataBytesOf(header: string): number | undefined {
  let json: unknown;
  try {
    json = JSON.parse(header);
  } catch {
    return undefined;
  }
  const entries = headerSchema.safeParse(json);
  if (!entries.success) return undefined;
  return Object.values(entries.data).reduce((end, entry) => Math.max(end, entry.data_offsets?.[1] ?? 0), 0);
}

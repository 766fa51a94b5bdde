import type { FileHandle } from 'node:fs/promises';
import { isWhole, notWhole, type Whole } from './whole.js';

/** The end record has 22 bytes and a comment of at most 65,535 (ZIP specification, 4.3.16). */
const endRecordBytes = 22;
const maxCommentBytes = 65_535;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
/** In a field of 32 bits: the true value stands in the ZIP64 record. */
const inZip64 = 0xffffffff;

/**
 * Whether a ZIP file (an `.npz`, a PyTorch file) was written to its end: the end-of-central-directory record stands there
 * and the directory lies where it says. The record is written last, so a save cut off anywhere lacks it.
 */
export async function checkZip(file: FileHandle, sizeBytes: number, name: string): Promise<Whole> {
  const tailBytes = Math.min(sizeBytes, endRecordBytes + maxCommentBytes);
  const tail = Buffer.alloc(tailBytes);
  await file.read(tail, 0, tailBytes, sizeBytes - tailBytes);
  for (let at = tailBytes - endRecordBytes; at >= 0; at -= 1) {
    if (tail.readUInt32LE(at) !== endSignature) continue;
    if (at + endRecordBytes + tail.readUInt16LE(at + 20) !== tailBytes) continue;
    return await checkDirectory(file, tail.subarray(at), name);
  }
  return notWhole(`${name} is cut short`);
}

async function checkDirectory(file: FileHandle, end: Buffer, name: string): Promise<Whole> {
  const entries = end.readUInt16LE(10);
  const offset = end.readUInt32LE(16);
  if (offset === inZip64) return isWhole;
  if (entries === 0) return notWhole(`${name} holds no weights`);
  const first = Buffer.alloc(4);
  const { bytesRead } = await file.read(first, 0, 4, offset);
  if (bytesRead === 4 && first.readUInt32LE() === entrySignature) return isWhole;
  return notWhole(`${name} is damaged`);
}

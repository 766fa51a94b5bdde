import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import type { PinnedFile } from '../../domain/plan.js';

/** Bytes read at once: hashed in well under a millisecond, so the event loop stays free. */
const pieceBytes = 256 * 1024;

/** Size, time and hash of a file, read in pieces. Rejects when it cannot be read. */
export async function pinFile(path: string): Promise<PinnedFile> {
  const file = await open(path, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      const { bytesRead } = await file.read(piece, 0, pieceBytes, null);
      if (bytesRead === 0) break;
      hash.update(piece.subarray(0, bytesRead));
    }
    return { path, sizeBytes: size, modifiedMs: mtimeMs, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}

/** A file that was not there, or could not be read, when the plan was made. */
export function absentFile(path: string): PinnedFile {
  return { path, sizeBytes: 0, modifiedMs: 0, sha256: '' };
}

/**
 * Whether a pinned file is still what it was. Size and time unchanged: taken as unchanged, without reading it; otherwise
 * the hash decides, so that a file merely touched or copied again counts as the same.
 */
export async function comparePin(pinned: PinnedFile): Promise<'same' | 'changed' | 'gone' | 'appeared'> {
  const now = await stat(pinned.path).catch(() => undefined);
  const wasAbsent = pinned.sha256 === '';
  if (!now) return wasAbsent ? 'same' : 'gone';
  if (wasAbsent) return 'appeared';
  if (now.size === pinned.sizeBytes && now.mtimeMs === pinned.modifiedMs) return 'same';
  if (now.size !== pinned.sizeBytes) return 'changed';
  try {
    return (await pinFile(pinned.path)).sha256 === pinned.sha256 ? 'same' : 'changed';
  } catch {
    return 'gone';
  }
}

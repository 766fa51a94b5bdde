import { open } from 'node:fs/promises';
import { stripVTControlCharacters } from 'node:util';

/** Lines longer than this are cut: what follows cannot be of interest in a message. Characters. */
const maxLineLength = 2_000;
/** How much is read at once, bytes. */
const pieceBytes = 256 * 1024;
/** Of an output that was never read before, no more than its head and tail of this size are read (bytes), unless told. */
const knownHeadBytes = 512 * 1024;
const knownTailBytes = 512 * 1024;

/** Follows a program's output file: each whole line once, progress bars as their last state. */
export interface OutputFollower {
  /** Reads what is new; true when there was something. */
  poll(): Promise<boolean>;
  /** The last lines, oldest first, the unfinished one included. */
  tail(): readonly string[];
  /** The newest text on the screen, the unfinished line included. */
  lastLine(): string | undefined;
}

/**
 * Follows `file`, keeping `keep` lines. `onLine` gets each line once, when it is complete or redrawn (a bar that
 * redraws itself with `\r` calls it once a poll). Control characters and ANSI codes are removed. A file that is not there
 * yet is an empty one; one that shrank is read anew. `readsAll`: nothing in the middle of a long output is left out.
 */
export function createOutputFollower(
  file: string,
  keep: number,
  onLine: (line: string) => void = () => undefined,
  { readsAll = false }: { readonly readsAll?: boolean } = {},
): OutputFollower {
  let offset = 0;
  let unfinished = '';
  let lines: string[] = [];
  // Bytes of a character that was cut by the end of a read are kept by the decoder.
  let decoder = new TextDecoder();

  function take(text: string): void {
    const parts = (unfinished + text).split('\n');
    unfinished = (parts.pop() ?? '').slice(-pieceBytes);
    for (const part of parts) {
      const line = cleanLine(part);
      onLine(line);
      if (line.trim() !== '') lines.push(line);
    }
    lines = lines.slice(-keep);
    // A redrawn line grows without end: only what is drawn last counts.
    const redraw = unfinished.lastIndexOf('\r', unfinished.length - 2);
    if (redraw > 0) unfinished = unfinished.slice(redraw + 1);
    if (unfinished !== '') onLine(cleanLine(unfinished));
  }

  async function poll(): Promise<boolean> {
    const handle = await open(file, 'r').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!handle) return false;
    try {
      const { size } = await handle.stat();
      if (size < offset) {
        offset = 0;
        unfinished = '';
        decoder = new TextDecoder();
      }
      if (size === offset) return false;
      const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, size - offset));
      const skipTo =
        !readsAll && offset === 0 && size > knownHeadBytes + knownTailBytes
          ? size - knownTailBytes
          : undefined;
      while (offset < size) {
        if (skipTo !== undefined && offset >= knownHeadBytes && offset < skipTo) {
          offset = skipTo;
          decoder = new TextDecoder();
          unfinished = '';
        }
        const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - offset), offset);
        if (bytesRead === 0) break;
        offset += bytesRead;
        take(decoder.decode(buffer.subarray(0, bytesRead), { stream: true }));
      }
      return true;
    } finally {
      await handle.close();
    }
  }

  const tail = (): readonly string[] => {
    const last = cleanLine(unfinished);
    return last.trim() === '' ? lines : [...lines, last].slice(-keep);
  };
  return { poll, tail, lastLine: () => tail().at(-1) };
}

/** As a terminal would show the line in the end: what stands before the last `\r` was overwritten. */
function cleanLine(raw: string): string {
  const drawn = raw.replace(/\r+$/, '');
  const visible = stripVTControlCharacters(drawn.slice(drawn.lastIndexOf('\r') + 1));
  return visible
    .replaceAll('\t', ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, maxLineLength)
    .trimEnd();
}

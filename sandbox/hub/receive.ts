import type { IncomingMessage } from 'node:http';
import type { Effects } from './faults.js';
import { CutError } from './hub-error.js';

/**
 * A request's body, piece by piece, at the speed and up to the byte that the faults allow. Throws CutError once the
 * connection is cut, and what Node throws when the other side went away.
 */
export async function* receive(request: IncomingMessage, effects: Effects): AsyncGenerator<Buffer> {
  const { cutAfterBytes, bytesPerSecond } = effects;
  let bytes = 0;
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) continue;
    bytes += piece.length;
    if (bytesPerSecond !== undefined) await pause((piece.length / bytesPerSecond) * 1000);
    if (cutAfterBytes !== undefined && bytes >= cutAfterBytes) break;
    yield piece;
  }
  if (cutAfterBytes !== undefined) {
    request.socket.destroy();
    throw new CutError(`Cut after ${bytes} bytes`);
  }
}

export async function receiveAll(request: IncomingMessage, effects: Effects): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of receive(request, effects)) pieces.push(piece);
  return Buffer.concat(pieces);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

import type { IncomingMessage } from 'node:http';
import { badJson, tooLarge } from './api-error.js';
import type { MessageInput, Upload } from './message-input.js';
import { asRecord } from './validate/form.js';

/** Ten files of 10 MiB and their form. */
const maxBodyBytes = 110 * 1024 * 1024;

/** Reads a request's body: JSON, or a form with `payload_json` and files. Throws ApiError for what is neither. */
export async function readInput(request: IncomingMessage): Promise<MessageInput> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return { body: {}, uploads: [] };
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data'))
    return { body: parseBody(bytes.toString('utf8')), uploads: [] };
  const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
  const json = form.get('payload_json');
  const uploads: Upload[] = [];
  for (const [name, value] of form) {
    const key = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (key === undefined || typeof value === 'string') continue;
    uploads.push({
      key: Number(key),
      filename: value.name.replaceAll(/[^\w.-]/g, '_'),
      contentType: value.type || contentTypeOf(value.name),
      data: Buffer.from(await value.arrayBuffer()),
    });
  }
  return { body: typeof json === 'string' ? parseBody(json) : {}, uploads };
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) continue;
    size += piece.length;
    if (size > maxBodyBytes) throw tooLarge();
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** An object; a list, as bulk registration sends it, stands under `list`. */
function parseBody(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { list: value } : asRecord(value);
  } catch {
    throw badJson();
  }
}

function contentTypeOf(name: string): string {
  if (name.endsWith('.png')) return 'image/png';
  return /\.(?:txt|log|md|json|jsonl)$/.test(name) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
}

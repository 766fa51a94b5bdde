import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { HubApiError, commitIter, createRepo, listFiles } from '@huggingface/hub';
import { createPushBar } from './push-bar.js';
import type { PushOrder } from './push-order.js';
import { createTellingFetch } from './telling-fetch.js';

export interface PushParts {
  readonly endpoint: string;
  readonly token: string;
  readonly print: (line: string) => void;
  /** For bars, which redraw their line. */
  readonly draw: (text: string) => void;
}

/**
 * Pushes, as one commit, those files of the order that the repository does not hold as they are here. Rejects with words
 * that `classifyWords` knows.
 */
export async function pushMissing(parts: PushParts, order: PushOrder): Promise<void> {
  const { print } = parts;
  let retryAfterMs: number | undefined;
  const given = {
    repo: order.repoId,
    accessToken: parts.token,
    hubUrl: parts.endpoint,
    fetch: createTellingFetch((after) => {
      retryAfterMs = after;
    }),
  };
  try {
    const missing = await findMissing(order, given);
    print(`Repository: ${order.repoId}\nFiles to push: ${missing.length} of ${order.files.length}`);
    if (missing.length > 0) await pushAll(parts, missing, given);
    print('✓ Everything is on the Hub');
  } catch (error) {
    throw new Error(wordsOf(error, retryAfterMs), { cause: error });
  }
}

type File = PushOrder['files'][number];
interface Given {
  readonly repo: string;
  readonly accessToken: string;
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

async function findMissing({ files, private: hidden }: PushOrder, given: Given): Promise<readonly File[]> {
  const there = new Map<string, { readonly size: number; readonly lfs?: string; readonly blob: string }>();
  try {
    for await (const { path, size, lfs, oid } of listFiles({ ...given, recursive: true }))
      there.set(path, { size, blob: oid ?? '', ...(lfs && { lfs: lfs.oid }) });
  } catch (error) {
    if (!(error instanceof HubApiError) || error.statusCode !== 404) throw error;
    await createRepo({ ...given, private: hidden });
    return files;
  }
  const missing: File[] = [];
  for (const file of files) {
    const found = there.get(file.path);
    const same =
      found?.size === file.sizeBytes &&
      (found.lfs === undefined
        ? (await hashOf(file.file, createHash('sha1').update(`blob ${file.sizeBytes}\0`))) === found.blob
        : (await hashOf(file.file, createHash('sha256'))) === found.lfs);
    if (!same) missing.push(file);
  }
  return missing;
}

async function hashOf(file: string, hash: ReturnType<typeof createHash>): Promise<string> {
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 }))
    if (Buffer.isBuffer(piece)) hash.update(piece);
  return hash.digest('hex');
}

async function pushAll({ draw }: PushParts, files: readonly File[], given: Given): Promise<void> {
  const bars = new Map(
    files.map(({ path, sizeBytes }) => [path, { sizeBytes, bar: createPushBar(path, sizeBytes, draw) }]),
  );
  const steps = commitIter({
    ...given,
    title: 'Push what was missing',
    operations: files.map(({ path, file }) => ({
      operation: 'addOrUpdate',
      path,
      content: pathToFileURL(file),
    })),
  });
  for await (const step of steps) {
    if (step.event !== 'fileProgress' || step.state !== 'uploading') continue;
    const of = bars.get(step.path);
    of?.bar.draw(Math.round(step.progress * of.sizeBytes));
  }
}

function wordsOf(error: unknown, retryAfterMs: number | undefined): string {
  const after = retryAfterMs === undefined ? '' : ` Retry after ${Math.ceil(retryAfterMs / 1000)} seconds`;
  if (error instanceof HubApiError) return `The Hub answered ${error.statusCode}: ${error.message}${after}`;
  if (!(error instanceof Error)) return String(error);
  // undici tells of the network by a TypeError with the reason as its cause.
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  if (error instanceof TypeError && cause instanceof Error)
    return `The Hub cannot be reached (${code ?? cause.message})`;
  return error.message;
}

import { createHash } from 'node:crypto';
import { HubApiError, createRepo, listFiles, uploadFiles, type ListFileEntry } from '@huggingface/hub';
import type { StartHubOptions } from '../../sandbox/hub/server.js';
import { hubTokens, makeHub, type RunningHub } from './hub.js';

export const accessToken = hubTokens.write.value;
export const repo = 'tess/mini';
/** The paths that take bytes. */
export const upload = /^\/lfs-upload\//;

/** A stand-in with one empty private repository. */
export async function makeRepo(options: StartHubOptions = {}): Promise<RunningHub> {
  const hub = await makeHub(options);
  await createRepo({ repo, private: true, accessToken, hubUrl: hub.url });
  return hub;
}

/** One commit with the official client. */
export function push(
  hub: RunningHub,
  files: Readonly<Record<string, string | Buffer>>,
  token: string = accessToken,
) {
  return uploadFiles({
    repo,
    accessToken: token,
    hubUrl: hub.url,
    files: Object.entries(files).map(([path, content]) => ({
      path,
      content: new Blob([typeof content === 'string' ? content : new Uint8Array(content)]),
    })),
  });
}

/** The listing without what every repository begins with. */
export async function filesOf(hub: RunningHub): Promise<ListFileEntry[]> {
  const found: ListFileEntry[] = [];
  for await (const entry of listFiles({ repo, recursive: true, accessToken, hubUrl: hub.url }))
    if (entry.path !== '.gitattributes') found.push(entry);
  return found;
}

/** The status of a refusal; the error itself when it is none of the Hub's. */
export function statusOf(doing: Promise<unknown>): Promise<unknown> {
  return doing.then(
    () => 'done',
    (error: unknown) => (error instanceof HubApiError ? error.statusCode : error),
  );
}

export const sha256 = (data: Buffer) => createHash('sha256').update(data).digest('hex');

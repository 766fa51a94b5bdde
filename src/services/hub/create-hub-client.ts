import type * as hubModule from '@huggingface/hub';
import { askingFetch, toTrouble, type AskOptions } from './asking.js';
import { HubTrouble } from './hub-trouble.js';
import type { HubClient, HubFile, HubRepo } from './ports.js';
import { readAccount } from './read-account.js';
import { isTokenForm } from './token-form.js';

export const publicEndpoint = 'https://huggingface.co';

export interface HubClientOptions {
  /** Absent: the public Hub. */
  readonly endpoint?: string;
  /** Absent: every call rejects with `unknown-token`. */
  readonly token?: string;
  /** For one request, its answer included. */
  readonly limitMs?: number;
  readonly clock?: () => number;
}

type Hub = typeof hubModule;
/** What each function of the Hub's client takes. */
interface Given {
  readonly accessToken: string;
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

const usualLimitMs = 10_000;
/** For a call of several requests. */
const callLimitMs = 30_000;
/** A model card or a manifest is far smaller. */
const maxTextBytes = 4 * 1024 * 1024;

/** The Hub's own client behind the port. */
export function createHubClient(options: HubClientOptions): HubClient {
  const { token, limitMs = usualLimitMs, clock = Date.now } = options;
  const endpoint = (options.endpoint ?? publicEndpoint).replace(/\/+$/, '');

  async function call<T>(
    signal: AbortSignal | undefined,
    act: (hub: Hub, given: Given) => Promise<T>,
  ): Promise<T> {
    if (token === undefined) throw new HubTrouble('unknown-token', 'No token of the Hub is set.');
    if (!isTokenForm(token)) throw new HubTrouble('unknown-token', 'What is set is no token of the Hub.');
    const ask: AskOptions = { endpoint, secret: token, limitMs, clock };
    const ends = AbortSignal.any([AbortSignal.timeout(callLimitMs), ...(signal ? [signal] : [])]);
    try {
      // Loaded when it is first needed: it would cost each start of the bot 60 ms.
      const hub = await import('@huggingface/hub');
      return await act(hub, { accessToken: token, hubUrl: endpoint, fetch: askingFetch(ask, ends) });
    } catch (error) {
      signal?.throwIfAborted();
      throw toTrouble(error, ask);
    }
  }

  return {
    endpoint,
    readAccount: (signal) => call(signal, async ({ whoAmI }, given) => readAccount(await whoAmI(given))),
    findRepo: (name, signal) =>
      call(signal, ({ modelInfo }, given) =>
        unlessMissing(async () => {
          const info = await modelInfo({ ...given, name, additionalFields: ['sha', 'filePaths'] });
          return {
            repoId: info.name,
            private: info.private,
            commit: info.sha,
            lastModifiedMs: info.updatedAt.getTime(),
            files: info.filePaths,
          } satisfies HubRepo;
        }),
      ),
    findOtherKind: (name, signal) =>
      call(signal, async ({ repoExists }, given) => {
        const kinds = ['dataset', 'space'] as const;
        const found = await Promise.all(
          kinds.map((type) => unlessMissing(() => repoExists({ ...given, repo: { type, name } }))),
        );
        return kinds.find((_, index) => found[index]);
      }),
    listFiles: (repo, revision, signal) =>
      call(signal, ({ listFiles }, given) =>
        unlessMissing(async () => {
          const files: HubFile[] = [];
          for await (const entry of listFiles({ ...given, repo, revision, recursive: true })) {
            if (entry.type !== 'file') continue;
            const { path, size, oid = '', lfs } = entry;
            files.push({ path, sizeBytes: size, blob: oid, ...(lfs && { sha256: lfs.oid }) });
          }
          return files;
        }),
      ),
    readText: (repo, path, revision, signal) =>
      call(signal, ({ downloadFile }, given) =>
        unlessMissing(async () => {
          const blob = await downloadFile({ ...given, repo, path, revision, xet: false });
          if (blob && blob.size > maxTextBytes) throw new HubTrouble('rejected', `${path} is no small file.`);
          return blob ? await blob.text() : undefined;
        }),
      ),
    commitText: (repo, { path, text, title }, signal) =>
      call(signal, async ({ uploadFile }, given) => {
        const made = await uploadFile({
          ...given,
          repo,
          file: { path, content: new Blob([text]) },
          commitTitle: title,
          ...(signal && { abortSignal: signal }),
        });
        if (!made) throw new HubTrouble('failing', 'The Hub named no commit.');
        return made.commit.oid;
      }),
  };
}

/** Undefined for what is not there, or not for this token. */
async function unlessMissing<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof HubTrouble && error.kind === 'missing') return undefined;
    throw error;
  }
}

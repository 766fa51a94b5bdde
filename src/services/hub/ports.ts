/** Who a token belongs to, and where it may write. */
export interface HubAccount {
  readonly name: string;
  /** Namespaces where the token may write to model repositories: the person's own, and organisations. */
  readonly writable: readonly string[];
  /** Namespaces that the person is in, whatever the token may do there. */
  readonly namespaces: readonly string[];
  /** `read` and `write` tokens; `fineGrained` ones state their rights by namespace. */
  readonly tokenRole: 'read' | 'write' | 'fineGrained';
}

/** A model repository at its newest commit. */
export interface HubRepo {
  readonly repoId: string;
  readonly private: boolean;
  /** 40 hex digits. */
  readonly commit: string;
  /** Epoch ms. */
  readonly lastModifiedMs: number;
}

/** A file of a repository. */
export interface HubFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-1 of the git blob; for an LFS file of its pointer. 40 hex digits. */
  readonly blob: string;
  /** SHA-256 of the content, for files behind LFS. 64 hex digits. */
  readonly sha256?: string;
}

/**
 * What is asked of the Hub with the bot's own token. All reject with `HubTrouble`, within half a minute at most, and when
 * `signal` is aborted with its reason. No answer is tried again here.
 */
export interface HubClient {
  /** Base address without a slash at its end. */
  readonly endpoint: string;
  readAccount(signal?: AbortSignal): Promise<HubAccount>;
  /** Undefined when there is none that the token may see. */
  findRepo(repoId: string, signal?: AbortSignal): Promise<HubRepo | undefined>;
  /** Whether a dataset has this id: the Hub keeps their names apart, people do not. */
  isDataset(repoId: string, signal?: AbortSignal): Promise<boolean>;
  /** All files at this commit or branch, folders looked into; undefined when there is no such repository. */
  listFiles(repoId: string, revision: string, signal?: AbortSignal): Promise<readonly HubFile[] | undefined>;
  /** The text of a small file; undefined when it is not there. */
  readText(repoId: string, path: string, revision: string, signal?: AbortSignal): Promise<string | undefined>;
  /** Writes one small file as one commit on the main branch; returns its id. */
  commitText(
    repoId: string,
    file: { readonly path: string; readonly text: string; readonly title: string },
    signal?: AbortSignal,
  ): Promise<string>;
}

/** What a person may do in a namespace, by the Hub's words; `admin` in their own; `unknown`: it does not say. */
export type HubRole = 'read' | 'contributor' | 'write' | 'admin' | 'unknown';

/** A person's own name, or an organisation that they are in. */
export interface HubNamespace {
  readonly name: string;
  readonly role: HubRole;
  /** Whether the token may make repositories there and write to all of them, whatever the person may. */
  readonly tokenMayWrite: boolean;
}

/** Who a token belongs to, and where it may write. */
export interface HubAccount {
  readonly name: string;
  /** `fineGrained` ones state their rights by namespace; `other`: of no kind whose rights are known. */
  readonly tokenRole: 'read' | 'write' | 'fineGrained' | 'other';
  /** The person's own first. */
  readonly namespaces: readonly HubNamespace[];
  /** Single repositories that a fine-grained token may write to. */
  readonly repos: readonly string[];
}

/** A model repository at its newest commit. */
export interface HubRepo {
  /** As the Hub spells it: it finds names in any case. */
  readonly repoId: string;
  readonly private: boolean;
  /** 40 hex digits. */
  readonly commit: string;
  /** Epoch ms. */
  readonly lastModifiedMs: number;
  /** Paths of all files. */
  readonly files: readonly string[];
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
  /** Whether a dataset or a space has this id: the Hub keeps their names apart from models', people do not. */
  findOtherKind(repoId: string, signal?: AbortSignal): Promise<'dataset' | 'space' | undefined>;
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

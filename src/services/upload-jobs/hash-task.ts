/** A file to be hashed as the Hub names it. */
export interface HashTask {
  /** Absolute path. */
  readonly file: string;
  /** `sha256`: as LFS names the content; `blob`: as git names a file of its own, SHA-1 with its header. */
  readonly as: 'sha256' | 'blob';
  /** Size of the file: git's header states it. */
  readonly sizeBytes: number;
}

/** What the thread tells: how many bytes of how many, and in the end a hash a task, hexadecimal, in their order. */
export type HashWord =
  | { readonly doneBytes: number; readonly index: number }
  | { readonly hashes: readonly string[] }
  | { readonly error: unknown };

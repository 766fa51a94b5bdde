import type { MetricEntry } from '../../../domain/metrics.js';
import type { Digest } from './digest.js';
import type { FindTask } from './entries-at.js';
import type { FoldOptions } from './fold-bytes.js';

/** Part of a log to be worked into a digest. */
export interface ReadTask {
  readonly path: string;
  /** Index among the logs of the run. */
  readonly log: number;
  /** First byte, the beginning of a line unless `skipping`, and the byte after the last. */
  readonly from: number;
  readonly to: number;
  readonly skipping: boolean;
  readonly options: FoldOptions;
  /** What the part is added to. */
  readonly digest: Digest;
}

export interface ReadResult {
  readonly digest: Digest;
  /** The next byte to be read: less than `to` where the beginning of a line waits for its end. */
  readonly offset: number;
  readonly skipping: boolean;
}

/** What a thread is asked, and what it answers. */
export type ReaderTask =
  { readonly kind: 'read'; readonly task: ReadTask } | { readonly kind: 'find'; readonly task: FindTask };
/** `module`: of the matcher; it comes with the task, since it is compiled while the thread starts. */
export interface AskedOfReader {
  readonly task: ReaderTask;
  readonly module: WebAssembly.Module;
}
export type ReaderAnswer =
  { readonly read: ReadResult } | { readonly found: readonly MetricEntry[] } | { readonly error: unknown };

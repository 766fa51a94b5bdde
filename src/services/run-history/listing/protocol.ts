/** A folder that holds the runs of a method, or (`single`) is its one run. */
export interface RunsRoot {
  readonly kind: 'folders' | 'single';
  /** Absolute. */
  readonly dir: string;
  /** Relative to a run's folder. */
  readonly finalModel: string;
  /** The folder of its checkpoints, relative to it. */
  readonly checkpoints: string;
}

/** What a listing thread is asked. Of two threads each looks after its part of the names. */
export interface AskedOfLister {
  readonly roots: readonly RunsRoot[];
  readonly part: number;
  readonly parts: number;
  /** See RootScan. */
  readonly anew: boolean;
}

/** What became otherwise in a root since this thread was last asked, or all of it the first time. */
export interface RootChanges {
  /** Runs that are new or look otherwise: names with `/` between them, which no name holds. */
  readonly names: string;
  /** Epoch ms, one a name. */
  readonly modifiedMs: Float64Array<ArrayBuffer>;
  /** 1 where there is a final model, one a name. */
  readonly finals: Uint8Array<ArrayBuffer>;
  /** Names that are no runs any more. */
  readonly gone: readonly string[];
  /** Folders that could not be read this time, a clause each. */
  readonly problems: readonly string[];
}

export type ListerAnswer =
  /** By root, in the order asked; undefined: nothing became otherwise. */
  { readonly changes: readonly (RootChanges | undefined)[] } | { readonly error: unknown };

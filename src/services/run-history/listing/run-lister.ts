import { basename } from 'node:path';
import type { Run } from '../../toolset/runs.js';
import { startListingThread, type Changes, type ListingThread } from './listing-thread.js';
import type { RootChanges, RunsRoot } from './protocol.js';

/** The runs below the roots asked for. */
export interface Listing {
  /** By root, in the order asked, each by name; to be read before the next listing, which changes it. */
  readonly runs: readonly ReadonlyMap<string, Run>[];
  /** Folders that could not be read, a clause each. */
  readonly problems: readonly string[];
  /** Another number where any run is another than in the listing before. */
  readonly version: number;
}

/**
 * Lists runs in threads that remember what they saw. What it says was so at some moment after the call: a folder is taken
 * as known only where the file system proves that it did not change. Of a thousand folders and more, those that had rested
 * may be told as they were within the two seconds before (`trustMs`); which folders there are is always of now.
 */
export interface RunLister {
  /** Calls that come while one is under way share the next. Rejects when a thread fails; the next call starts anew. */
  list(roots: readonly RunsRoot[]): Promise<Listing>;
  /** Ends the threads. */
  close(): Promise<void>;
}

/** From so many folders on two threads share them: a thread holds 10 MB. */
const manyNames = 1_000;

/** The first look of a thread makes its memory; in the two after that the engine compiles what it does (measured). */
const looksToWarm = 3;

export function createRunLister(): RunLister {
  let threads: ListingThread[] = [];
  let wanted = 1;
  let closed = false;
  let version = 0;
  /** What the threads told, by thread and root. */
  let told = new Map<string, Map<string, Run>>();
  let current: Promise<unknown> = Promise.resolve();
  let next: { readonly key: string; readonly listing: Promise<Listing> } | undefined;

  function ready(): readonly ListingThread[] {
    if (closed) throw new Error('The listing of runs was closed');
    if (threads.length !== wanted) {
      forget();
      while (threads.length < wanted) threads.push(startListingThread());
    }
    return threads;
  }

  /** What the threads told holds for as many of them as there were. */
  function forget(): void {
    told = new Map();
    version += 1;
  }

  async function look(roots: readonly RunsRoot[], anew = false): Promise<Listing> {
    const asked = ready();
    const parts = asked.length;
    try {
      const answers = asked.map((thread, part) => thread.ask({ roots, part, parts, anew }));
      return merge(roots, await Promise.all(answers));
    } catch (error) {
      await endThreads();
      throw error;
    }
  }

  function merge(roots: readonly RunsRoot[], answers: readonly Changes[]): Listing {
    const before = told;
    told = new Map();
    const runs = roots.map((root, index) => {
      const key = JSON.stringify(root);
      const known = told.get(key) ?? before.get(key) ?? new Map<string, Run>();
      told.set(key, known);
      for (const changes of answers) if (apply(root, known, changes[index])) version += 1;
      return known;
    });
    if ([...before.keys()].some((key) => !told.has(key))) version += 1;
    if (runs.reduce((sum, { size }) => sum + size, 0) > manyNames) wanted = 2;
    const problems = answers.flatMap((changes) => changes.flatMap((change) => change?.problems ?? []));
    return { runs, problems, version };
  }

  async function shareOut(roots: readonly RunsRoot[]): Promise<void> {
    if (threads.length >= wanted) return;
    for (let times = 0; times < looksToWarm; times += 1) await look(roots, true);
  }

  async function endThreads(): Promise<void> {
    const ended = threads;
    threads = [];
    forget();
    await Promise.all(ended.map((thread) => thread.end()));
  }

  return {
    list(roots) {
      const key = JSON.stringify(roots);
      if (next?.key === key) return next.listing;
      const listing = current.then(() => {
        if (next?.listing === listing) next = undefined;
        return look(roots);
      });
      next = { key, listing };
      // Where many were found, a second thread comes to know its half before somebody asks again.
      current = listing.then(() => shareOut(roots)).catch(() => undefined);
      return listing;
    },
    async close() {
      closed = true;
      await endThreads();
    },
  };
}

/** Whether anything became otherwise. */
function apply(root: RunsRoot, known: Map<string, Run>, changes: RootChanges | undefined): boolean {
  if (!changes) return false;
  const { names, modifiedMs, finals, gone } = changes;
  if (modifiedMs.length === 0 && gone.length === 0) return false;
  for (const name of gone) known.delete(name);
  const list = modifiedMs.length === 0 ? [] : names.split('/');
  for (const [index, name] of list.entries()) {
    known.set(name, {
      name: name === '' ? basename(root.dir) : name,
      path: name === '' ? root.dir : `${root.dir}/${name}`,
      modifiedMs: modifiedMs[index] ?? 0,
      hasFinalModel: finals[index] === 1,
    });
  }
  return true;
}

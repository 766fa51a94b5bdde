import { readdirSync, statSync } from 'node:fs';
import { isGone } from '../../toolset/runs.js';
import { readProblem } from '../../toolset/weights.js';
import { lookAt, lookAtSingle, type Known, type RunLook } from './look.js';
import type { RootChanges, RunsRoot } from './protocol.js';
import { promiseOf, stampOf, unchanged, type FileSystemPromise, type Stamp } from './stamps.js';

/** Looks at the runs below a root again and again, each time telling what became otherwise. */
export interface RootScan {
  scan(): RootChanges;
}

export interface ScanOptions {
  /** Of two threads each looks after its part of the names. */
  readonly isMine?: (name: string) => boolean;
  /** Epoch ms, of the clock that the file system goes by. */
  readonly now?: () => number;
}

/** Synchronous: for a thread of its own. */
export function createRootScan(root: RunsRoot, options: ScanOptions = {}): RootScan {
  const { isMine = () => true, now = Date.now } = options;
  const told = new Map<string, RunLook>();
  const find = root.kind === 'single' ? createSingleFinder(root, isMine) : createFinder(root, isMine, now);
  return {
    scan() {
      const problems: string[] = [];
      const found = find(problems);
      const changed = [...found].filter(([name, run]) => !isSame(told.get(name), run));
      const gone = [...told.keys()].filter((name) => !found.has(name));
      for (const [name, run] of changed) told.set(name, run);
      for (const name of gone) told.delete(name);
      return {
        names: changed.map(([name]) => name).join('/'),
        modifiedMs: Float64Array.from(changed, ([, { modifiedMs }]) => modifiedMs),
        finals: Uint8Array.from(changed, ([, { hasFinalModel }]) => Number(hasFinalModel)),
        gone,
        problems,
      };
    },
  };
}

type Find = (problems: string[]) => ReadonlyMap<string, RunLook>;

/** A run that is the root itself has the empty name. */
function createSingleFinder(root: RunsRoot, isMine: (name: string) => boolean): Find {
  return (problems) => {
    const found = isMine('') ? attempt(root.dir, problems, () => lookAtSingle(root)) : undefined;
    return new Map(found ? [['', found]] : []);
  };
}

function createFinder(root: RunsRoot, isMine: (name: string) => boolean, clock: () => number): Find {
  let known: ReadonlyMap<string, Known> = new Map();
  let listed: { stamp: Stamp; promise: FileSystemPromise; names: readonly string[] } | undefined;

  function list(nowMs: number): NonNullable<typeof listed> {
    const stats = statSync(root.dir);
    if (listed && unchanged(listed.stamp, stats)) return listed;
    const promise = promiseOf(root.dir);
    const names = readdirSync(root.dir, { withFileTypes: true })
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isMine(entry.name))
      .map(({ name }) => name);
    return { stamp: stampOf(stats, promise, nowMs), promise, names };
  }

  return (problems) => {
    const nowMs = clock();
    listed = attempt(root.dir, problems, () => list(nowMs));
    const looked = new Map<string, Known>();
    const found = new Map<string, RunLook>();
    if (!listed) {
      known = looked;
      return found;
    }
    const looking = { root, promise: listed.promise, nowMs };
    for (const name of listed.names) {
      const path = `${root.dir}/${name}`;
      const now = attempt(path, problems, () => lookAt(path, known.get(name), looking));
      if (now) looked.set(name, now);
      if (now?.run) found.set(name, now.run);
    }
    known = looked;
    return found;
  };
}

function isSame(told: RunLook | undefined, now: RunLook): boolean {
  return told?.modifiedMs === now.modifiedMs && told.hasFinalModel === now.hasFinalModel;
}

/** Undefined for what is not there (any more); what cannot be read is told. */
function attempt<T>(path: string, problems: string[], look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (!isGone(error)) problems.push(readProblem(error, path));
    return undefined;
  }
}

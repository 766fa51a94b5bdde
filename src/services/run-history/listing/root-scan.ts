import { readdirSync, statSync } from 'node:fs';
import { isGone, readProblem } from '../../toolset/read-problem.js';
import {
  isProven,
  modifiedMsIn,
  noRun,
  runIn,
  runOf,
  tableOf,
  type FolderTable,
  type RunLook,
} from './folder-table.js';
import { lookAt, lookAtSingle, type Looking } from './look.js';
import type { RootChanges, RunsRoot } from './protocol.js';
import { hasStamp, promiseOf, proves, stampSize, writeStamp, type FileSystemPromise } from './stamps.js';

/** Looks at the runs below a root again and again, each time telling what became otherwise. */
export interface RootScan {
  /** Undefined: nothing became otherwise, and everything could be read. `anew`: nothing is taken as it was before. */
  scan(anew?: boolean): RootChanges | undefined;
}

export interface ScanOptions {
  /** Of two threads each looks after its part of the names. */
  readonly isMine?: (name: string) => boolean;
  /** Epoch ms, of the clock that the file system goes by. */
  readonly now?: () => number;
  /** From so many folders on one that had rested is not looked at again within `trustMs`. */
  readonly manyFolders?: number;
}

/**
 * Looking at 10,000 folders takes the file system 20 ms and more. Of many folders those that had rested are taken as they were
 * so long; which folders there are, and those that changed lately, are looked at each time.
 */
export const trustMs = 2_000;
const manyByDefault = 500;

/** The names below a root; of a run that is the root itself the name is empty. */
interface Listed {
  readonly table: FolderTable;
  readonly promise: FileSystemPromise;
  /** Empty: it proves nothing. */
  readonly stamp: Float64Array;
}

/** What is gathered of one scan. */
interface Gathered {
  readonly names: string[];
  readonly modifiedMs: number[];
  readonly finals: number[];
  readonly gone: string[];
  readonly problems: string[];
}

/** Synchronous: for a thread of its own. */
export function createRootScan(root: RunsRoot, options: ScanOptions = {}): RootScan {
  const { isMine = () => true, now = Date.now, manyFolders = manyByDefault } = options;
  const look =
    root.kind === 'single' ? lookAtOne(root, isMine) : lookAtFolders(root, isMine, now, manyFolders);
  return {
    scan(anew = false) {
      const gathered: Gathered = { names: [], modifiedMs: [], finals: [], gone: [], problems: [] };
      look(gathered, anew);
      const { names, modifiedMs, finals, gone, problems } = gathered;
      if (names.length === 0 && gone.length === 0 && problems.length === 0) return undefined;
      return {
        names: names.join('/'),
        modifiedMs: new Float64Array(modifiedMs),
        finals: new Uint8Array(finals),
        gone,
        problems,
      };
    },
  };
}

type Look = (gathered: Gathered, anew: boolean) => void;

function lookAtOne(root: RunsRoot, isMine: (name: string) => boolean): Look {
  let before = noRun;
  return (gathered) => {
    const run = isMine('') ? attempt(root.dir, gathered, () => lookAtSingle(root)) : undefined;
    note('', before, run ?? noRun, gathered);
    before = run ?? noRun;
  };
}

function lookAtFolders(
  root: RunsRoot,
  isMine: (name: string) => boolean,
  clock: () => number,
  manyFolders: number,
): Look {
  let listed: Listed | undefined;
  /** When all were looked at last. */
  let sweptMs = Number.NEGATIVE_INFINITY;
  return (gathered, anew) => {
    const nowMs = clock();
    const before = listed;
    listed = attempt(root.dir, gathered, () => listNames(root, isMine, before, nowMs));
    if (listed?.table !== before?.table) dropMissing(before?.table, listed?.table, gathered);
    if (!listed) return;
    const { table, promise } = listed;
    const looking = { root, promise, nowMs };
    const { names, marks, stamps } = table;
    // A clock that was set back trusts nothing.
    const isRecent = nowMs >= sweptMs && nowMs - sweptMs < trustMs;
    const trusting = !anew && isRecent && names.length >= manyFolders;
    if (!trusting) sweptMs = nowMs;
    // Nothing is made for a row that stays as it was: of 10,000 that are looked at hardly one is another.
    for (let row = 0; row < names.length; row += 1) {
      const mark = marks[row] ?? 0;
      if (trusting && isProven(mark)) continue;
      const modifiedMs = modifiedMsIn(stamps, row);
      if (!tryLook(table, row, looking, gathered)) continue;
      note(names[row] ?? '', runOf(mark, modifiedMs), runIn(table, row), gathered);
    }
  };
}

function tryLook(table: FolderTable, row: number, looking: Looking, gathered: Gathered): boolean {
  try {
    return lookAt(table, row, looking);
  } catch (error) {
    table.marks[row] = 0;
    tellProblem(table.paths[row] ?? '', gathered, error);
    return true;
  }
}

/** The same table where the root did not change. */
function listNames(
  root: RunsRoot,
  isMine: (name: string) => boolean,
  before: Listed | undefined,
  nowMs: number,
): Listed | undefined {
  const stats = statSync(root.dir, { throwIfNoEntry: false });
  // Most methods have no runs, and thrown errors take their time.
  if (!stats) return undefined;
  if (before && before.stamp.length > 0 && hasStamp(before.stamp, 0, stats)) return before;
  const promise = promiseOf(root.dir);
  // Files among them are told from folders by the look at each, which is needed anyway.
  const names = readdirSync(root.dir).filter(isMine);
  const stamp = new Float64Array(proves(stats, promise, nowMs) ? stampSize : 0);
  if (stamp.length > 0) writeStamp(stamp, 0, stats);
  return { table: tableOf(root.dir, names, before?.table), promise, stamp };
}

function dropMissing(
  before: FolderTable | undefined,
  now: FolderTable | undefined,
  { gone }: Gathered,
): void {
  const there = new Set(now?.names);
  for (const [row, name] of before?.names.entries() ?? []) {
    if (before && runIn(before, row) !== noRun && !there.has(name)) gone.push(name);
  }
}

function note(name: string, before: RunLook, now: RunLook, gathered: Gathered): void {
  if (before.modifiedMs === now.modifiedMs && before.hasFinalModel === now.hasFinalModel) return;
  if (now === noRun) {
    gathered.gone.push(name);
    return;
  }
  gathered.names.push(name);
  gathered.modifiedMs.push(now.modifiedMs);
  gathered.finals.push(now.hasFinalModel ? 1 : 0);
}

/** Undefined for what is not there (any more); what cannot be read is told. */
function attempt<T>(path: string, gathered: Gathered, look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    tellProblem(path, gathered, error);
    return undefined;
  }
}

function tellProblem(path: string, { problems }: Gathered, error: unknown): void {
  if (!isGone(error)) problems.push(readProblem(error, path));
}

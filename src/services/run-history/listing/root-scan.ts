import { readdirSync, statSync } from 'node:fs';
import { isGone, readProblem } from '../../toolset/read-problem.js';
import { noRun, runIn, tableOf, type FolderTable, type RunLook } from './folder-table.js';
import { lookAt, lookAtSingle, type Looking } from './look.js';
import type { RootChanges, RunsRoot } from './protocol.js';
import { hasStamp, promiseOf, proves, stampSize, writeStamp, type FileSystemPromise } from './stamps.js';

/** Looks at the runs below a root again and again, each time telling what became otherwise. */
export interface RootScan {
  /** Undefined: nothing became otherwise, and everything could be read. */
  scan(): RootChanges | undefined;
}

export interface ScanOptions {
  /** Of two threads each looks after its part of the names. */
  readonly isMine?: (name: string) => boolean;
  /** Epoch ms, of the clock that the file system goes by. */
  readonly now?: () => number;
}

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
  const { isMine = () => true, now = Date.now } = options;
  const look = root.kind === 'single' ? lookAtOne(root, isMine) : lookAtFolders(root, isMine, now);
  return {
    scan() {
      const gathered: Gathered = { names: [], modifiedMs: [], finals: [], gone: [], problems: [] };
      look(gathered);
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

function lookAtOne(root: RunsRoot, isMine: (name: string) => boolean): (gathered: Gathered) => void {
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
): (gathered: Gathered) => void {
  let listed: Listed | undefined;
  return (gathered) => {
    const nowMs = clock();
    const before = listed;
    listed = attempt(root.dir, gathered, () => listNames(root, isMine, before, nowMs));
    if (listed?.table !== before?.table) dropMissing(before?.table, listed?.table, gathered);
    if (!listed) return;
    const { table, promise } = listed;
    const looking = { root, promise, nowMs };
    for (const [row, name] of table.names.entries()) {
      const before = runIn(table, row);
      if (tryLook(table, row, looking, gathered)) note(name, before, runIn(table, row), gathered);
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
): Listed {
  const stats = statSync(root.dir);
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

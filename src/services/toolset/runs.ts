import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunLayout } from '../../domain/train-plan.js';
import { mapLimited } from './map-limited.js';
import { isGone, readProblem } from './read-problem.js';

/** A training that left something: a final model, or at least one entry among its checkpoints. */
export interface Run {
  /** The folder's name: the trainer's own start time. */
  readonly name: string;
  readonly path: string;
  /** Modification time of the folder, epoch ms. */
  readonly modifiedMs: number;
  readonly hasFinalModel: boolean;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly Run[];
  /** Folders that could not be read, a clause each. */
  readonly problems: readonly string[];
}

/** Folders looked at side by side; more would only queue in the thread pool. */
const parallel = 16;

/**
 * The runs of a method, of this layout and the older ones. Whatever lies among the folders (files, broken links, folders
 * that may not be read or vanish meanwhile) does not stop it.
 */
export async function listRuns(layout: RunLayout): Promise<RunList> {
  const folders = [layout.runsDir, ...(layout.oldRunsDirs ?? [])];
  const problems: string[] = [];
  const paths =
    layout.kind === 'single'
      ? [layout.runsDir]
      : (await Promise.all(folders.map((folder) => listFolders(folder, problems)))).flat();
  const runs = await mapLimited([...new Set(paths)], parallel, (path) => readRun(path, layout, problems));
  return {
    runs: runs.filter((run) => run !== undefined).toSorted((a, b) => b.modifiedMs - a.modifiedMs),
    problems,
  };
}

async function listFolders(folder: string, problems: string[]): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .map((entry) => join(folder, entry.name));
  } catch (error) {
    if (!isGone(error)) problems.push(readProblem(error, folder));
    return [];
  }
}

/** Undefined: no run, or gone meanwhile. */
async function readRun(path: string, layout: RunLayout, problems: string[]): Promise<Run | undefined> {
  try {
    const entry = await stat(path);
    if (!entry.isDirectory()) return undefined;
    const final = await stat(join(path, layout.finalModel)).catch(ignoreGone);
    const checkpoints = join(path, dirname(layout.checkpoints));
    const hasFinalModel = final?.isDirectory() === true;
    const names = hasFinalModel ? [] : ((await readdir(checkpoints).catch(ignoreGone)) ?? []);
    if (!hasFinalModel && names.length === 0) return undefined;
    return {
      name: basename(path),
      path,
      modifiedMs:
        layout.kind === 'single' ? await newest(checkpoints, join(path, layout.finalModel)) : entry.mtimeMs,
      hasFinalModel,
    };
  } catch (error) {
    if (!isGone(error)) problems.push(readProblem(error, path));
    return undefined;
  }
}

/** The trainer's own folder changes for other reasons than a run: what the run wrote tells its age. */
async function newest(...paths: readonly string[]): Promise<number> {
  const entries = await Promise.all(paths.map((path) => stat(path).catch(ignoreGone)));
  return Math.max(...entries.map((entry) => entry?.mtimeMs ?? 0));
}

function ignoreGone(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

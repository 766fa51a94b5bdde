import { stampSize } from './stamps.js';

/**
 * Folders below a root as they were last looked at, a row each. Numbers in columns: objects for each of 10,000 folders would
 * keep the garbage collector busier than the file system.
 */
export interface FolderTable {
  readonly names: readonly string[];
  readonly paths: readonly string[];
  /** Two stamps a row: of the folder and of its checkpoints. */
  readonly stamps: Float64Array;
  /** Bits of `Mark`, a row each. */
  readonly marks: Uint8Array;
}

export const rowSize = 2 * stampSize;
/** Of the modification time within a row. */
const modifiedAt = 1;

export const Mark = {
  /** The folder's stamp, seen again, proves that its entries are what they were. */
  proves: 1,
  hasFinal: 2,
  /** The final model is there, or is not, for as long as the folder is unchanged. What a link leads to is not in it. */
  finalLasts: 4,
  checkpointsProve: 8,
  hasCheckpoints: 16,
} as const;

/** Whether a run is known by stamps alone, its final model or its checkpoints. */
export function isProven(mark: number): boolean {
  const lasting = Mark.proves | Mark.finalLasts;
  return (mark & lasting) === lasting && (mark & (Mark.hasFinal | Mark.checkpointsProve)) !== 0;
}

/** What is told of a run. */
export interface RunLook {
  readonly modifiedMs: number;
  readonly hasFinalModel: boolean;
}

/** In the place of a folder that is no run. */
export const noRun: RunLook = { modifiedMs: Number.NEGATIVE_INFINITY, hasFinalModel: false };

export function runIn({ stamps, marks }: FolderTable, row: number): RunLook {
  return runOf(marks[row] ?? 0, modifiedMsIn(stamps, row));
}

/** Epoch ms. */
export function modifiedMsIn(stamps: Float64Array, row: number): number {
  return stamps[row * rowSize + modifiedAt] ?? 0;
}

/** `mark`: bits of `Mark`. */
export function runOf(mark: number, modifiedMs: number): RunLook {
  if ((mark & (Mark.hasFinal | Mark.hasCheckpoints)) === 0) return noRun;
  return { modifiedMs, hasFinalModel: (mark & Mark.hasFinal) !== 0 };
}

/** A table of these names; what was known of those that stay is kept. */
export function tableOf(dir: string, names: readonly string[], before: FolderTable | undefined): FolderTable {
  const table: FolderTable = {
    names,
    paths: names.map((name) => `${dir}/${name}`),
    stamps: new Float64Array(names.length * rowSize),
    marks: new Uint8Array(names.length),
  };
  if (!before) return table;
  const rows = new Map(before.names.map((name, row) => [name, row]));
  for (const [row, name] of names.entries()) {
    const old = rows.get(name);
    if (old === undefined) continue;
    table.stamps.set(before.stamps.subarray(old * rowSize, (old + 1) * rowSize), row * rowSize);
    table.marks[row] = before.marks[old] ?? 0;
  }
  return table;
}

import { mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { makeSafetensors, writeAdapter, writeCheckpoint } from './model-files.js';
import { writeTree } from './toolset-tree.js';

export interface RunFiles {
  /** Steps of checkpoints that are whole. */
  readonly checkpoints?: readonly number[];
  /** Steps of checkpoints whose weights end too early. */
  readonly half?: readonly number[];
  readonly finalModel?: boolean;
  /** The log's entries; NaN and infinities are written as Python does. */
  readonly log?: readonly Readonly<Record<string, number>>[];
  /** Of the folder, epoch ms. */
  readonly modifiedMs: number;
  /** Of the log; as the folder's where it is not given. */
  readonly writtenMs?: number;
}

const logPath = 'logs/training_20251122_143000.jsonl';

/** Writes a run as the trainers leave it. */
export function writeRun(folder: string, files: RunFiles): void {
  const { checkpoints = [], half = [], finalModel = false, log, modifiedMs, writtenMs = modifiedMs } = files;
  mkdirSync(join(folder, 'checkpoints'), { recursive: true });
  for (const step of checkpoints) writeCheckpoint(folder, step);
  for (const step of half) writeCheckpoint(folder, step, makeSafetensors().subarray(0, -8));
  if (finalModel) writeAdapter(join(folder, 'final_model'));
  if (log) {
    writeTree(folder, { [logPath]: log.map(logLine).join('') });
    utimesSync(join(folder, logPath), writtenMs / 1000, writtenMs / 1000);
  }
  utimesSync(folder, modifiedMs / 1000, modifiedMs / 1000);
}

function logLine(entry: Readonly<Record<string, number>>): string {
  const parts = Object.entries(entry).map(([key, value]) => `${JSON.stringify(key)}: ${String(value)}`);
  return `{${parts.join(', ')}}\n`;
}

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { noOutputFacts, readOutputLine } from '../../src/services/training-jobs/output-facts.js';
import type { MiniatureToolset } from './toolset.js';

export type Entry = Record<string, number | string>;

export const whole = { whole: true };
/** The lines of a text that are not empty. */
export const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
export const parseLines = (text: string): Entry[] => lines(text).map((line): Entry => JSON.parse(line));
export const readJson = (...path: string[]): Entry => JSON.parse(readFileSync(join(...path), 'utf8'));
/** The figure in every entry that has it. */
export const numbers = (entries: readonly Entry[], key: string): number[] =>
  entries.filter((entry) => key in entry).map((entry) => Number(entry[key]));
export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Absolute path of the newest run. */
export function newestRun(toolset: MiniatureToolset, method: 'sft' | 'kto'): string {
  return join(toolset.runsDir(method), readdirSync(toolset.runsDir(method)).toSorted().at(-1) ?? '');
}
/** The text of a run's newest log. */
export const logOf = (run: string): string =>
  readFileSync(join(run, 'logs', 'training_latest.jsonl'), 'utf8');
/** Names, sorted as text. */
export const checkpointsOf = (run: string): string[] => readdirSync(join(run, 'checkpoints')).toSorted();

/** What the bot reads from a trainer's output. */
export function factsOf(output: string, plannedSteps: number): ReturnType<typeof readOutputLine> {
  const plain = stripVTControlCharacters(output).split(/[\r\n]/);
  return plain.reduce((facts, line) => readOutputLine(facts, line, plannedSteps), noOutputFacts);
}

import { UserError } from '../../domain/user-error.js';
import type { RunLayout } from '../../domain/train-plan.js';
import { checkCheckpoint, listCheckpoints, type Checkpoint } from '../toolset/checkpoints.js';
import { nameWithin } from '../toolset/datasets.js';
import { listRuns, type Run } from '../toolset/runs.js';
import type { Whole } from '../toolset/whole.js';
import { choiceName, choiceValue, matchesTyped } from './choice-value.js';
import type { NamedValue } from './training-desk.js';

/** A checkpoint that a training can go on from. */
export interface ResumePoint {
  readonly path: string;
  /** `20251122_143000/checkpoint-100`. */
  readonly label: string;
  readonly step: number;
}

/** Looks up a checkpoint that was chosen or typed. Throws UserError when discovery does not find it. */
export async function findResume(
  root: string,
  layout: RunLayout,
  typed: string,
): Promise<ResumePoint & { readonly whole: Whole }> {
  const { runs } = await listRuns(layout);
  for (const run of runs) {
    for (const checkpoint of await listCheckpoints(run, layout)) {
      const names = [checkpoint.path, nameWithin(root, checkpoint.path), label(run, checkpoint)];
      if (!names.some((name) => name === typed || choiceValue(name) === typed)) continue;
      return { ...pointOf(run, checkpoint), whole: await checkCheckpoint(checkpoint, layout) };
    }
  }
  throw new UserError(
    `There is no checkpoint "${typed.slice(0, 100)}".`,
    'Choose one of the list that appears while you type; older checkpoints vanish while training goes on.',
  );
}

/** Whole checkpoints that match what was typed: newest run first, highest step first. */
export async function completeResume(
  root: string,
  method: string,
  layout: RunLayout,
  typed: string,
  limit: number,
): Promise<readonly NamedValue[]> {
  const found: NamedValue[] = [];
  const { runs } = await listRuns(layout);
  for (const run of runs) {
    for (const checkpoint of (await listCheckpoints(run, layout)).toReversed()) {
      if (found.length >= limit) return found;
      const name = `${method} ${label(run, checkpoint)}`;
      if (!matchesTyped(name, typed)) continue;
      if (!(await checkCheckpoint(checkpoint, layout)).whole) continue;
      found.push({ name: choiceName(name), value: choiceValue(nameWithin(root, checkpoint.path)) });
    }
  }
  return found;
}

function label(run: Run, checkpoint: Checkpoint): string {
  return `${run.name}/${checkpoint.name}`;
}

function pointOf(run: Run, checkpoint: Checkpoint): ResumePoint {
  return { path: checkpoint.path, label: label(run, checkpoint), step: checkpoint.step };
}

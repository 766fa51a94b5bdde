import type { ComparedSubject } from '../../domain/run-comparison.js';
import { UserError } from '../../domain/user-error.js';
import { listCheckpoints } from '../toolset/checkpoints.js';
import type { FoundRun } from './find-runs.js';
import type { RunDeskParts } from './parts.js';
import { columnsOf, readFigures } from './read-figures.js';
import { readLineage } from './read-lineage.js';

/** What is compared of a run, or of the checkpoint at a step. Throws UserError when there is no such checkpoint. */
export async function readSubject(
  { finder, jobs, metrics }: Pick<RunDeskParts, 'finder' | 'jobs' | 'metrics'>,
  found: FoundRun,
  step: number | undefined,
): Promise<ComparedSubject> {
  const { run, layout, backend } = found;
  if (step !== undefined) {
    const listed = await listCheckpoints(run, layout);
    if (!listed.some((checkpoint) => checkpoint.step === step)) {
      throw new UserError(
        `${run.name} has no checkpoint at step ${step}.`,
        'See /checkpoints for those it has.',
      );
    }
  }
  const read = await readFigures(metrics, found, step === undefined ? [] : [step]);
  const at = step === undefined ? undefined : read.figures.get(step);
  const last = read.last.findLast(({ kind }) => kind === 'training');
  const training = step === undefined ? last : at?.training;
  const plan = jobs.findByRunPath(run.path)?.plan;
  const settings =
    plan?.kind === 'train'
      ? new Map(plan.settings.map(({ label, value }) => [label, value]))
      : await readLineage(found, finder.root);
  return {
    name: run.name,
    methodLabel: backend.manifest.label,
    ...(step !== undefined && { checkpointStep: step }),
    columns: columnsOf(found),
    figures: { ...training?.values, ...at?.evaluation?.values },
    curves: read.curves,
    ...(settings && { settings }),
    ...(settings && plan?.kind !== 'train' && { settingsPartly: true }),
  };
}

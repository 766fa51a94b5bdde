import { logFormatOf } from '../../domain/metrics.js';
import type { RunMetrics } from '../../domain/run-metrics.js';
import type { MetricColumn } from '../../domain/train-plan.js';
import type { MetricsIndex } from '../metrics/metrics-index.js';
import type { FoundRun } from './find-runs.js';

/** What the logs of a run say, with the figures at these steps. Throws what the file system says. */
export function readFigures(
  metrics: Pick<MetricsIndex, 'read'>,
  { run, backend, layout }: FoundRun,
  checkpointSteps: readonly number[],
): Promise<RunMetrics> {
  return metrics.read({
    key: run.path,
    location: { folder: run.path, pattern: layout.logs },
    format: logFormatOf(layout),
    columns: backend.manifest.columns,
    checkpointSteps,
    // One folder for all runs has one log for all of them.
    restartsOnStepDrop: layout.kind === 'single',
  });
}

/** The manifest's columns of a method. */
export function columnsOf({ backend }: FoundRun): readonly MetricColumn[] {
  return backend.manifest.columns.map(({ main, ...column }) => ({
    ...column,
    ...(main === true && { main }),
  }));
}

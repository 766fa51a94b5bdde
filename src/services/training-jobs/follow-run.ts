import { logFormatOf } from '../../domain/metrics.js';
import type { RunLayout } from '../../domain/train-plan.js';
import { createMetricsFollower, type MetricsFollower } from '../metrics/follower.js';

/**
 * Of a log that this process has not read before (the bot was restarted), no more than this is read entry by entry:
 * some 25,000 entries. The curve of a longer run then begins later; its state, figures and pace do not depend on it.
 */
const backlogBytes = 8 * 1024 * 1024;

/** Follows the metrics logs of the run in this folder. */
export function followRun(layout: RunLayout, runPath: string): MetricsFollower {
  return createMetricsFollower({
    location: { folder: runPath, pattern: layout.logs },
    format: logFormatOf(layout),
    // One log for all runs (mlx): a step that goes back begins the newest run.
    restartsOnStepDrop: layout.kind === 'single',
    backlogBytes,
  });
}

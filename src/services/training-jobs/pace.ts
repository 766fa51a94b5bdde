/** One entry's place in time. */
export interface StepTime {
  readonly step: number;
  /** Milliseconds; only differences count. */
  readonly atMs: number;
}

/** How many of the newest entries tell the pace. */
const window = 20;

/**
 * Milliseconds until `totalSteps`, from the median pace of the recent entries: a checkpoint being saved or an evaluation
 * between two entries does not shift it. Undefined with fewer than two entries.
 */
export function estimateRemainingMs(times: readonly StepTime[], totalSteps: number): number | undefined {
  const recent = times.slice(-window);
  const paces: number[] = [];
  for (const [index, time] of recent.entries()) {
    const before = recent[index - 1];
    if (!before || time.step <= before.step || time.atMs < before.atMs) continue;
    paces.push((time.atMs - before.atMs) / (time.step - before.step));
  }
  const last = recent.at(-1);
  const pace = paces.toSorted((a, b) => a - b)[Math.floor(paces.length / 2)];
  if (pace === undefined || !last) return undefined;
  return Math.max(0, totalSteps - last.step) * pace;
}

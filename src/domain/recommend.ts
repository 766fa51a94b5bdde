import type { CheckpointFigures } from './run-metrics.js';
import { scoreOf } from './scores.js';

/** A checkpoint that may be recommended. */
export interface Candidate {
  readonly step: number;
  /** All its files are there and fully written. */
  readonly complete: boolean;
  /** Absent where the logs say nothing of it. */
  readonly figures?: CheckpointFigures;
}

export interface RunFacts {
  readonly method: string;
  /** From this step on figures were not finite. */
  readonly firstNonFiniteStep?: number | undefined;
}

export interface Recommendation {
  readonly step: number;
  /** One sentence. */
  readonly why: string;
}

/** KL up to which a kto model has not moved too far from where it began. */
const healthyKl = 0.5;

/** A candidate with the figure it is judged by. */
interface Judged {
  readonly step: number;
  readonly value: number;
}

/**
 * The checkpoint to take: the lowest eval loss where there is one, else for kto the highest margin among those with KL at most 0.5
 * (or, if there are none, the best Score), else the lowest smoothed loss. Never an incomplete one, never one at which figures
 * are not finite, or after. Of equals the later. Undefined where none is left.
 */
export function recommend(candidates: readonly Candidate[], run: RunFacts): Recommendation | undefined {
  const sound = candidates.filter(
    ({ step, complete, figures }) =>
      complete && step < (run.firstNonFiniteStep ?? Infinity) && (!figures || isFinite(figures)),
  );
  const byEvalLoss = best(sound, ({ figures }) => negative(evalLossOf(figures)));
  if (byEvalLoss) return say(byEvalLoss, `the lowest eval loss, ${shown(-byEvalLoss.value)}`);
  return run.method === 'kto' ? recommendKto(sound) : recommendByLoss(sound);
}

function recommendKto(candidates: readonly Candidate[]): Recommendation | undefined {
  const healthy = candidates.filter(({ figures }) => {
    const { kl, loss } = figures?.training?.values ?? {};
    return kl !== undefined && kl <= healthyKl && loss !== undefined;
  });
  const byMargin = best(healthy, ({ figures }) => figures?.training?.values['rewards/margins']);
  if (byMargin) {
    return say(
      byMargin,
      `the highest margin, ${shown(byMargin.value)}, among those with KL at most ${healthyKl}`,
    );
  }
  const byScore = best(
    candidates,
    ({ figures }) => figures?.training && scoreOf('kto', figures.training.values),
  );
  return (
    byScore && say(byScore, `the best Score, ${shown(byScore.value)}, since none has KL at most ${healthyKl}`)
  );
}

function recommendByLoss(candidates: readonly Candidate[]): Recommendation | undefined {
  const byLoss = best(candidates, ({ figures }) => negative(figures?.smoothedLoss));
  return (
    byLoss && say(byLoss, `the lowest loss, ${shown(-byLoss.value)}, smoothed over the entries around it`)
  );
}

function best(
  candidates: readonly Candidate[],
  valueOf: (candidate: Candidate) => number | undefined,
): Judged | undefined {
  let chosen: Judged | undefined;
  for (const candidate of candidates.toSorted((a, b) => a.step - b.step)) {
    const value = valueOf(candidate);
    if (value === undefined || !Number.isFinite(value)) continue;
    if (!chosen || value >= chosen.value) chosen = { step: candidate.step, value };
  }
  return chosen;
}

function say({ step }: Judged, reason: string): Recommendation {
  return { step, why: `Step ${step} has ${reason}.` };
}

function isFinite({ training, evaluation }: CheckpointFigures): boolean {
  const values = { ...training?.values, ...evaluation?.values };
  return [values['loss'], values['eval_loss'], values['kl'], values['rewards/margins']].every(
    (value) => value === undefined || Number.isFinite(value),
  );
}

/** Evaluation figures stand in an entry of their own, or beside the loss. */
function evalLossOf(figures: CheckpointFigures | undefined): number | undefined {
  const beside = figures?.approximate === false ? figures.training?.values['eval_loss'] : undefined;
  return figures?.evaluation?.values['eval_loss'] ?? beside;
}

function negative(value: number | undefined): number | undefined {
  return value === undefined ? undefined : -value;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(4)));
}

import { calmEntries, onFigure, onTraining } from './entry-rules.js';
import { healthy, show, type Detector, type Rule } from './rule.js';
import type { Thresholds } from './thresholds.js';

const margins = 'rewards/margins';
const chosen = 'rewards/chosen';
const rejected = 'rewards/rejected';

/** A margin that goes below 0 and falls is one that reaches a new low so often in a row; noise alone rarely does. */
const newLows = 3;

/** Rules over what kto logs beside the loss. */
export function ktoRules(limits: Thresholds): readonly Rule[] {
  return [
    {
      name: 'kl-high',
      spoils: true,
      // It is an estimate over one batch: a single entry over the limit is chance as often as not.
      beginAfter: 2,
      endAfter: calmEntries,
      say: ({ kl }) => `KL is ${show(kl)}, over ${show(limits.klHigh)}: it has diverged`,
      detect: () => ({ observe: onFigure('kl', (kl) => kl > limits.klHigh) }),
    },
    marginFalling(limits),
    {
      name: 'margin-low',
      spoils: true,
      beginAfter: 1,
      endAfter: calmEntries,
      say: (figures) => `Margin is ${show(figures[margins])}, below ${show(limits.marginLow)}`,
      detect: () => ({ observe: onFigure(margins, (margin) => margin < limits.marginLow) }),
    },
    rewardCollapse(limits),
    {
      name: 'margin-high',
      spoils: true,
      beginAfter: 1,
      endAfter: calmEntries,
      say: (figures) => `Margin is ${show(figures[margins])}, over ${show(limits.marginHigh)}: overfitting`,
      detect: () => ({ observe: onFigure(margins, (margin) => margin > limits.marginHigh) }),
    },
  ];
}

function marginFalling({ marginFallingAfterStep: after }: Thresholds): Rule {
  return {
    name: 'margin-falling',
    spoils: true,
    beginAfter: newLows,
    endAfter: calmEntries,
    say: (figures) => `Margin is ${show(figures[margins])}: below 0 and falling after step ${after}`,
    detect() {
      let lowest = Infinity;
      return {
        observe: onFigure(margins, (margin, { step }) => {
          const isLow = margin < lowest;
          if (isLow) lowest = margin;
          return isLow && margin < 0 && step > after;
        }),
      };
    },
  };
}

function rewardCollapse({ collapseWithin: within, collapseAfterStep: after }: Thresholds): Rule {
  return {
    name: 'reward-collapse',
    spoils: true,
    // Of a warm-up one entry may be that close to 0.
    beginAfter: 2,
    endAfter: calmEntries,
    say: (figures) =>
      `Rewards have collapsed: chosen ${show(figures[chosen])}, rejected ${show(figures[rejected])}`,
    detect: () => ({
      observe: onTraining(({ step, values }) => {
        const up = values[chosen];
        const down = values[rejected];
        if (up === undefined || down === undefined || !Number.isFinite(up) || !Number.isFinite(down)) {
          return undefined;
        }
        if (step <= after || Math.abs(up) > within || Math.abs(down) > within) return healthy;
        return { bad: true, figures: { [chosen]: up, [rejected]: down } };
      }),
    }),
  };
}

/** Rules over evaluations: what sft watches for. */
export function evaluationRules({ evalRises }: Thresholds): readonly Rule[] {
  return [
    {
      name: 'overfitting',
      beginAfter: 1,
      endAfter: 1,
      say: ({ eval_loss: loss, 'eval_loss before': before }) =>
        `Eval loss rose ${evalRises} times in a row while training loss fell: ${show(before)} to ${show(loss)}`,
      detect: () => overfittingDetector(evalRises),
    },
  ];
}

/** An evaluation, with the mean of the training loss since the one before. */
interface Evaluated {
  readonly step: number;
  readonly evalLoss: number;
  readonly trainLoss: number | undefined;
}

function overfittingDetector(rises: number): Detector {
  let losses: number[] = [];
  /** The evaluations of the present row of rises, its lowest one first. */
  let row: Evaluated[] = [];
  return {
    observe({ kind, step, values }) {
      const { loss, eval_loss: evalLoss } = values;
      if (kind === 'training' && loss !== undefined && Number.isFinite(loss)) losses.push(loss);
      if (kind !== 'evaluation' || evalLoss === undefined || !Number.isFinite(evalLoss)) return undefined;
      const last = row.at(-1);
      const trainLoss = mean(losses) ?? last?.trainLoss;
      losses = [];
      if (last && evalLoss <= last.evalLoss) row = [];
      row.push({ step, evalLoss, trainLoss });
      if (row.length > rises + 1) row.shift();
      const [first, second] = row;
      if (!first || !second || row.length <= rises) return healthy;
      if (first.trainLoss === undefined || trainLoss === undefined || trainLoss >= first.trainLoss)
        return healthy;
      const figures = { eval_loss: evalLoss, 'eval_loss before': first.evalLoss, loss: trainLoss };
      return { bad: true, figures, sinceStep: second.step, healthyStep: first.step };
    },
  };
}

function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import type { MetricEntry } from '../metrics.js';
import { healthy, show, type Judgement, type Rule } from './rule.js';
import type { Thresholds } from './thresholds.js';

/** Healthy entries that end an episode: fewer, and a run on the brink would alarm at every other entry. */
export const calmEntries = 5;

/** Rules over the loss and the gradient norm, which every method logs. */
export function entryRules(limits: Thresholds): readonly Rule[] {
  return [lossNotFinite, gradientBroken, lossHigh(limits), lossRising(limits), ...gradientRules(limits)];
}

const lossNotFinite: Rule = {
  name: 'loss-not-finite',
  spoils: true,
  beginAfter: 1,
  endAfter: calmEntries,
  say: ({ loss }) => `Loss is ${show(loss)}`,
  detect: () => ({
    observe: onTraining(({ values: { loss } }) => {
      if (loss === undefined) return undefined;
      return Number.isFinite(loss) ? healthy : { bad: true, figures: { loss } };
    }),
  }),
};

/** How half precision breaks in practice: the loss reads 0, the run goes on and seems to end well. */
const gradientBroken: Rule = {
  name: 'gradient-broken',
  spoils: true,
  beginAfter: 1,
  endAfter: calmEntries,
  say: ({ grad_norm: norm }) => `Loss is exactly 0 and gradient norm is ${show(norm)}`,
  detect: () => ({
    observe: onTraining(({ values: { loss, grad_norm: norm } }) => {
      if (loss === undefined || norm === undefined || !Number.isFinite(loss)) return undefined;
      if (loss !== 0 || Number.isFinite(norm)) return healthy;
      return { bad: true, figures: { loss, grad_norm: norm } };
    }),
  }),
};

function lossHigh({ lossHigh: limit }: Thresholds): Rule {
  return {
    name: 'loss-high',
    spoils: true,
    beginAfter: 1,
    endAfter: calmEntries,
    say: ({ loss }) => `Loss is ${show(loss)}, at or over ${show(limit)}`,
    detect: () => ({ observe: onFigure('loss', (loss) => loss >= limit) }),
  };
}

function gradientRules({ gradientHigh, gradientExploding }: Thresholds): readonly Rule[] {
  const say = (limit: number) => (figures: Readonly<Record<string, number>>) =>
    `Gradient norm is ${show(figures['grad_norm'])}, over ${show(limit)}`;
  return [
    {
      name: 'gradient-high',
      beginAfter: 1,
      endAfter: calmEntries,
      say: say(gradientHigh),
      // Beyond the higher limit the other rule speaks: one thing is told once.
      detect: () => ({
        observe: onTraining(({ values: { grad_norm: norm } }) => {
          if (norm === undefined || !Number.isFinite(norm) || norm > gradientExploding) return undefined;
          return norm > gradientHigh ? { bad: true, figures: { grad_norm: norm } } : healthy;
        }),
      }),
    },
    {
      name: 'gradient-exploding',
      spoils: true,
      beginAfter: 1,
      endAfter: calmEntries,
      say: say(gradientExploding),
      detect: () => ({ observe: onFigure('grad_norm', (norm) => norm > gradientExploding) }),
    },
  ];
}

function lossRising({ lossRisingEntries: limit }: Thresholds): Rule {
  return {
    name: 'loss-rising',
    spoils: true,
    beginAfter: 1,
    endAfter: calmEntries,
    say: ({ loss, 'loss before': before }) =>
      `Loss rose over ${limit} entries in a row, from ${show(before)} to ${show(loss)}`,
    detect: () => ({ observe: risingDetector(limit) }),
  };
}

/** Entries whose loss is not finite are passed over: the row goes on from the last finite one. */
function risingDetector(limit: number) {
  let lowest: { readonly step: number; readonly loss: number } | undefined;
  let last: number | undefined;
  let rises = 0;
  let sinceStep = 0;
  return onTraining(({ step, values: { loss } }) => {
    if (loss === undefined || !Number.isFinite(loss)) return undefined;
    if (last !== undefined && loss > last) {
      rises += 1;
      if (rises === 1) sinceStep = step;
    } else {
      rises = 0;
      lowest = { step, loss };
    }
    last = loss;
    if (rises < limit || !lowest) return healthy;
    const figures = { loss, 'loss before': lowest.loss };
    return { bad: true, figures, sinceStep, healthyStep: lowest.step };
  });
}

/** Judges training entries alone: evaluations and the closing entry have other figures. */
export function onTraining(judge: (entry: MetricEntry) => Judgement | undefined) {
  return (entry: MetricEntry): Judgement | undefined =>
    entry.kind === 'training' ? judge(entry) : undefined;
}

/** Judges one figure of a training entry; nothing is said of one that is absent or not finite. */
export function onFigure(key: string, isBad: (value: number, entry: MetricEntry) => boolean) {
  return onTraining((entry) => {
    const value = entry.values[key];
    if (value === undefined || !Number.isFinite(value)) return undefined;
    return isBad(value, entry) ? { bad: true, figures: { [key]: value } } : healthy;
  });
}

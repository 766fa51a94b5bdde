import { entryRules } from './entry-rules.js';
import { machineRules } from './machine-rules.js';
import { evaluationRules, ktoRules } from './method-rules.js';
import type { Rule } from './rule.js';
import { ruleNames } from './rule-names.js';
import type { RuleName } from './rule-names.js';
import { defaultThresholds, type Thresholds } from './thresholds.js';

/** The rules of a method, in the order of their names. */
export function rulesFor(method: string, limits: Thresholds = defaultThresholds): readonly Rule[] {
  return [
    ...entryRules(limits),
    ...(method === 'kto' ? ktoRules(limits) : []),
    // mlx trains by example as sft does.
    ...(method === 'sft' || method === 'mlx' ? evaluationRules(limits) : []),
    ...machineRules(limits),
  ];
}

/** What each rule watches for, a few words for people; the limits are those of the settings. */
export function describeRules(limits: Thresholds = defaultThresholds): Readonly<Record<RuleName, string>> {
  return {
    'loss-not-finite': 'loss is NaN or infinite',
    'gradient-broken': 'loss is exactly 0, gradient norm NaN or infinite',
    'loss-high': `loss ${limits.lossHigh} or more`,
    'loss-rising': `loss rises over ${limits.lossRisingEntries} entries in a row`,
    'gradient-high': `gradient norm over ${limits.gradientHigh}`,
    'gradient-exploding': `gradient norm over ${limits.gradientExploding}`,
    'kl-high': `KL over ${limits.klHigh}`,
    'margin-falling': `margin below 0 and falling after step ${limits.marginFallingAfterStep}`,
    'margin-low': `margin below ${limits.marginLow}`,
    'reward-collapse': `both rewards within ${limits.collapseWithin} of 0 after step ${limits.collapseAfterStep}`,
    'margin-high': `margin over ${limits.marginHigh}`,
    overfitting: `eval loss rises ${limits.evalRises} times while training loss falls`,
    stalled: `nothing logged for ${limits.stallIntervals} times the usual, at least ${limits.stallMinutes} min`,
    'out-of-memory': 'the output says out of memory',
    'gpu-idle': `GPU at 0 % for ${limits.gpuIdleMinutes} min`,
    'gpu-hot': `GPU over ${limits.gpuHotCelsius} °C`,
    'gpu-memory': `GPU memory over ${Math.round(limits.gpuMemoryShare * 100)} % full`,
    'disk-short': 'no room on the disk for the next checkpoint',
  };
}

/** The rules that apply to a method. */
export function ruleNamesFor(method: string): readonly RuleName[] {
  const names = new Set(rulesFor(method).map(({ name }) => name));
  return ruleNames.filter((name) => names.has(name));
}

/** What a rule does when it applies. `silent`: it is recorded alone. `auto-stop`: an alarm that also stops the run. */
export const ruleLevels = ['alarm', 'warn', 'silent', 'auto-stop'] as const;
export type RuleLevel = (typeof ruleLevels)[number];

/** In the order in which people read them. The names stand in databases, settings and buttons: never change one. */
export const ruleNames = [
  'loss-not-finite',
  'gradient-broken',
  'loss-high',
  'loss-rising',
  'gradient-high',
  'gradient-exploding',
  'kl-high',
  'margin-falling',
  'margin-low',
  'reward-collapse',
  'margin-high',
  'overfitting',
  'stalled',
  'out-of-memory',
  'gpu-idle',
  'gpu-hot',
  'gpu-memory',
  'disk-short',
] as const;
export type RuleName = (typeof ruleNames)[number];

/** The level of each rule unless settings or a person say otherwise; nothing stops a run by itself. */
export const defaultLevels: Readonly<Record<RuleName, RuleLevel>> = {
  'loss-not-finite': 'alarm',
  'gradient-broken': 'alarm',
  'loss-high': 'alarm',
  'loss-rising': 'alarm',
  'gradient-high': 'warn',
  'gradient-exploding': 'alarm',
  'kl-high': 'alarm',
  'margin-falling': 'alarm',
  'margin-low': 'alarm',
  'reward-collapse': 'alarm',
  'margin-high': 'alarm',
  overfitting: 'warn',
  stalled: 'alarm',
  'out-of-memory': 'alarm',
  'gpu-idle': 'warn',
  'gpu-hot': 'warn',
  'gpu-memory': 'warn',
  'disk-short': 'alarm',
};

/** Levels that differ from the default, by rule. */
export type LevelChoices = Readonly<Partial<Record<RuleName, RuleLevel>>>;

/** The name of a rule that was written by somebody, or undefined. */
export function readRuleName(text: string): RuleName | undefined {
  return ruleNames.find((name) => name === text);
}

/** The level that was written by somebody, or undefined. */
export function readRuleLevel(text: string): RuleLevel | undefined {
  return ruleLevels.find((level) => level === text);
}

import { z } from 'zod';
import { ruleLevels, ruleNames } from '../domain/sentinel/rule-names.js';
import { defaultThresholds, type Thresholds } from '../domain/sentinel/thresholds.js';

/** A limit above 0: one of 0 would alarm at every healthy entry. */
const positive = (key: keyof Thresholds) => {
  const usual = defaultThresholds[key];
  const error = `must be a number above 0\nE.g. ${key}: ${usual}`;
  return z.number({ error }).positive({ error }).default(usual);
};

const count = (key: keyof Thresholds) => {
  const usual = defaultThresholds[key];
  const error = `must be a whole number from 1 to 1000000\nE.g. ${key}: ${usual}`;
  return z.int({ error }).min(1, { error }).max(1_000_000, { error }).default(usual);
};

const negativeMargin = `must be a number below 0\nE.g. marginLow: ${defaultThresholds.marginLow}`;
const share = `must be a number above 0 and at most 1\nE.g. gpuMemoryShare: ${defaultThresholds.gpuMemoryShare}`;

const thresholdShape = {
  lossHigh: positive('lossHigh'),
  lossRisingEntries: count('lossRisingEntries'),
  gradientHigh: positive('gradientHigh'),
  gradientExploding: positive('gradientExploding'),
  klHigh: positive('klHigh'),
  marginFallingAfterStep: count('marginFallingAfterStep'),
  marginLow: z
    .number({ error: negativeMargin })
    .negative({ error: negativeMargin })
    .default(defaultThresholds.marginLow),
  marginHigh: positive('marginHigh'),
  collapseWithin: positive('collapseWithin'),
  collapseAfterStep: count('collapseAfterStep'),
  evalRises: count('evalRises'),
  stallIntervals: positive('stallIntervals'),
  stallMinutes: positive('stallMinutes'),
  gpuIdleMinutes: positive('gpuIdleMinutes'),
  gpuHotCelsius: positive('gpuHotCelsius'),
  gpuMemoryShare: z
    .number({ error: share })
    .positive({ error: share })
    .max(1, { error: share })
    .default(defaultThresholds.gpuMemoryShare),
} satisfies Record<keyof Thresholds, z.ZodType<number>>;

/** The sentinel's rules: what each does, and their limits. */
export const sentinelSchema = z.strictObject({
  rules: z.partialRecord(z.enum(ruleNames), z.enum(ruleLevels)).prefault({}),
  ...thresholdShape,
});

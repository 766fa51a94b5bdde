/**
 * The limits of the rules. Where a rule compares, the limit itself is still healthy, except for `lossHigh` and the counts,
 * which are reached by equality.
 */
export interface Thresholds {
  readonly lossHigh: number;
  /** So many entries in a row with a loss above the one before. */
  readonly lossRisingEntries: number;
  readonly gradientHigh: number;
  readonly gradientExploding: number;
  readonly klHigh: number;
  /** A margin that falls below 0 is looked at after this step: it begins near 0. */
  readonly marginFallingAfterStep: number;
  readonly marginLow: number;
  readonly marginHigh: number;
  /** Both rewards this close to 0 count as collapsed, after `collapseAfterStep`. */
  readonly collapseWithin: number;
  readonly collapseAfterStep: number;
  /** So many evaluations in a row with a loss above the one before, while the training loss falls. */
  readonly evalRises: number;
  /** No entry for so many times the usual time between two, and at least `stallMinutes`. */
  readonly stallIntervals: number;
  readonly stallMinutes: number;
  readonly gpuIdleMinutes: number;
  readonly gpuHotCelsius: number;
  /** Share of the card's memory, 0 to 1. */
  readonly gpuMemoryShare: number;
}

/** The stop signs of the toolset's own guide; loss, stall and machine are experience. */
export const defaultThresholds: Thresholds = {
  lossHigh: 100,
  lossRisingEntries: 10,
  gradientHigh: 100,
  gradientExploding: 1000,
  klHigh: 1,
  marginFallingAfterStep: 20,
  marginLow: -1,
  marginHigh: 5,
  collapseWithin: 0.001,
  collapseAfterStep: 10,
  evalRises: 3,
  stallIntervals: 10,
  stallMinutes: 5,
  gpuIdleMinutes: 5,
  gpuHotCelsius: 87,
  gpuMemoryShare: 0.97,
};

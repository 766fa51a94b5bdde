/** One metric over the steps of a run. Values may be NaN or infinite. */
export interface Curve {
  /** Key in the log, e.g. `rewards/margins`. */
  readonly key: string;
  readonly label: string;
  readonly points: readonly (readonly [step: number, value: number])[];
}

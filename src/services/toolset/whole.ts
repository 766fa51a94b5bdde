/** Whether a model's files are all there and fully written; `why` is one clause without a full stop, for people. */
export type Whole = { readonly whole: true } | { readonly whole: false; readonly why: string };

export const isWhole: Whole = { whole: true };

/** Says what is missing or half written. */
export function notWhole(why: string): Whole {
  return { whole: false, why };
}

import type { ChartSpec } from '../../domain/chart.js';

/** To the worker; it answers each once, in order. */
export interface ChartRequest {
  readonly spec: ChartSpec;
}

export type ChartAnswer =
  { readonly ok: true; readonly png: Uint8Array } | { readonly ok: false; readonly error: string };

import type { GpuCard, GpuSample } from '../../domain/gpu.js';

const hourMs = 60 * 60_000;
/** 120 samples: a picture on a phone has room for no more. */
const spanMs = 30_000;

/** What was read within one span of time. */
interface Span {
  readonly at: number;
  readonly use: number[];
  readonly power: number[];
  usedMiB: number | undefined;
  celsius: number | undefined;
}

/** The last hour of each card, in memory. */
export interface GpuHistory {
  add(card: GpuCard, atMs: number): void;
  /** Oldest first. */
  list(index: number, nowMs: number): readonly GpuSample[];
}

export function createGpuHistory(): GpuHistory {
  const spans = new Map<number, Span[]>();
  return {
    add(card, atMs) {
      const own = spans.get(card.index) ?? [];
      spans.set(card.index, own);
      const at = Math.floor(atMs / spanMs) * spanMs;
      // A clock that was put back begins anew.
      while (own.length > 0 && (own.at(-1)?.at ?? 0) > at) own.pop();
      if (own.at(-1)?.at !== at) own.push({ at, use: [], power: [], usedMiB: undefined, celsius: undefined });
      while (own.length > 0 && (own[0]?.at ?? 0) < at - hourMs) own.shift();
      const span = own.at(-1);
      if (span) fold(span, card);
    },
    list: (index, nowMs) =>
      (spans.get(index) ?? []).filter(({ at }) => at >= nowMs - hourMs - spanMs).map(sampleOf),
  };
}

function fold(span: Span, { usePercent, powerWatts, usedMiB, temperatureCelsius }: GpuCard): void {
  if (usePercent !== undefined) span.use.push(usePercent);
  if (powerWatts !== undefined) span.power.push(powerWatts);
  span.usedMiB = larger(span.usedMiB, usedMiB);
  span.celsius = larger(span.celsius, temperatureCelsius);
}

function larger(before: number | undefined, now: number | undefined): number | undefined {
  return before === undefined || now === undefined ? (now ?? before) : Math.max(before, now);
}

function sampleOf({ at, use, power, usedMiB, celsius }: Span): GpuSample {
  const [usePercent, powerWatts] = [meanOf(use), meanOf(power)];
  return {
    at,
    ...(usePercent !== undefined && { usePercent }),
    ...(usedMiB !== undefined && { usedMiB }),
    ...(celsius !== undefined && { temperatureCelsius: celsius }),
    ...(powerWatts !== undefined && { powerWatts }),
  };
}

function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

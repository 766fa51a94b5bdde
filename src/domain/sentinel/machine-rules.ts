import { stallDetector } from './stall.js';
import { healthy, show, type GpuReading, type Judgement, type Look, type Rule } from './rule.js';
import type { Thresholds } from './thresholds.js';

const minuteMs = 60_000;
/** Readings of a card in a row: one alone may be a moment. */
const readings = 3;

/** Rules over time, output and machine: looked at between entries. */
export function machineRules(limits: Thresholds): readonly Rule[] {
  return [
    {
      name: 'stalled',
      beginAfter: 1,
      endAfter: 1,
      say: (figures) =>
        `Nothing was logged for ${show(Math.floor((figures['silent, seconds'] ?? 0) / 60))} minutes`,
      detect: () => stallDetector(limits),
    },
    {
      name: 'out-of-memory',
      beginAfter: 1,
      endAfter: Infinity,
      say: () => 'The output says that memory ran out',
      detect: () => ({ look: ({ outOfMemory }) => (outOfMemory ? { bad: true, figures: {} } : undefined) }),
    },
    ...gpuRules(limits),
    {
      name: 'disk-short',
      beginAfter: 1,
      endAfter: 1,
      say: (figures) =>
        `The disk has ${gigabytes(figures['free disk, bytes'])} free, the next checkpoint takes ${gigabytes(figures['next checkpoint, bytes'])}`,
      detect: () => ({ look: judgeDisk }),
    },
  ];
}

function gigabytes(bytes = 0): string {
  return `${show(Number((bytes / 1e9).toFixed(2)))} GB`;
}

function judgeDisk({ disk }: Look): Judgement | undefined {
  if (!disk) return undefined;
  if (disk.freeBytes >= disk.nextCheckpointBytes) return healthy;
  return {
    bad: true,
    figures: { 'free disk, bytes': disk.freeBytes, 'next checkpoint, bytes': disk.nextCheckpointBytes },
  };
}

function gpuRules({ gpuIdleMinutes, gpuHotCelsius, gpuMemoryShare }: Thresholds): readonly Rule[] {
  return [
    {
      name: 'gpu-idle',
      beginAfter: 1,
      endAfter: 1,
      say: () => `The GPU has been at 0 % for ${gpuIdleMinutes} minutes`,
      detect: () => ({ look: idleLook(gpuIdleMinutes * minuteMs) }),
    },
    {
      name: 'gpu-hot',
      beginAfter: readings,
      endAfter: readings,
      say: (figures) => `The GPU has ${show(figures['temperature, °C'])} °C, over ${gpuHotCelsius} °C`,
      detect: () => ({
        look: onReading(({ temperatureCelsius: celsius }) => {
          if (celsius === undefined) return undefined;
          return celsius > gpuHotCelsius ? { bad: true, figures: { 'temperature, °C': celsius } } : healthy;
        }),
      }),
    },
    {
      name: 'gpu-memory',
      beginAfter: readings,
      endAfter: readings,
      say: (figures) => `The GPU's memory is ${show(figures['memory, %'])} % full`,
      detect: () => ({
        look: onReading(({ memoryUsedBytes: used, memoryTotalBytes: total }) => {
          if (used === undefined || total === undefined || total <= 0) return undefined;
          const share = used / total;
          if (share <= gpuMemoryShare) return healthy;
          return { bad: true, figures: { 'memory, %': Math.round(share * 1000) / 10 } };
        }),
      }),
    },
  ];
}

/** Each reading counts once, however often it is looked at. */
function onReading(judge: (gpu: GpuReading) => Judgement | undefined) {
  let lastMs = -Infinity;
  return ({ gpu }: Look): Judgement | undefined => {
    if (!gpu || gpu.atMs <= lastMs) return undefined;
    lastMs = gpu.atMs;
    return judge(gpu);
  };
}

/** While it trains alone: loading and saving leave the card alone for as long as they take. */
function idleLook(limitMs: number) {
  let sinceMs: number | undefined;
  return ({ gpu, phase }: Look): Judgement | undefined => {
    if (phase !== 'training') {
      sinceMs = undefined;
      return undefined;
    }
    if (gpu?.usePercent === undefined) return undefined;
    if (gpu.usePercent > 0) {
      sinceMs = undefined;
      return healthy;
    }
    sinceMs ??= gpu.atMs;
    if (gpu.atMs - sinceMs < limitMs) return undefined;
    return { bad: true, figures: { 'idle, seconds': Math.round((gpu.atMs - sinceMs) / 1000) } };
  };
}

import type { MetricEntry } from '../../src/domain/metrics.js';
import type { SentinelChanges } from '../../src/domain/sentinel/episode.js';
import type { Sentinel } from '../../src/domain/sentinel/sentinel.js';

/** A training entry of this step; entries are 5 s apart. */
export function trained(step: number, values: Readonly<Record<string, number>>): MetricEntry {
  return { kind: 'training', step, atMs: step * 1000, values };
}

export function evaluated(step: number, evalLoss: number): MetricEntry {
  return { kind: 'evaluation', step, atMs: step * 1000, values: { eval_loss: evalLoss } };
}

/** Everything that began and ended, in order: `loss-high began 1 @5`. */
export function told(changes: readonly SentinelChanges[]): string[] {
  return changes.flatMap(({ began, ended }) => [
    ...ended.map(({ rule, number, step }) => `${rule} ended ${number} @${step}`),
    ...began.map(({ rule, number, step }) => `${rule} began ${number} @${step}`),
  ]);
}

export function observeAll(sentinel: Sentinel, entries: readonly MetricEntry[]): string[] {
  return told(entries.map((entry) => sentinel.observe(entry)));
}

/** Pseudo-random numbers from 0 to 1 by a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A noise of about this size around 0, roughly normal. */
function noiseOf(random: () => number): (size: number) => number {
  return (size) => size * (random() + random() + random() + random() - 2) * 1.7;
}

/** A healthy run of kto as the guide describes it: loss 0.65 to 0.4, margin 0 to 1, KL 0.01 to 0.3, gradient norm 1 to 50. */
export function healthyKto(seed: number, entries = 60): MetricEntry[] {
  const noise = noiseOf(seeded(seed));
  return Array.from({ length: entries }, (_, index) => {
    const done = index / entries;
    const margin = 1 * done ** 1.2 + noise(0.02 + 0.08 * done);
    return trained((index + 1) * 5, {
      loss: 0.68 - 0.3 * done + noise(0.03),
      grad_norm: 5 + Math.abs(noise(8)),
      learning_rate: 1e-6 * Math.min(1, done * 10),
      'rewards/chosen': margin / 2 + noise(0.02),
      'rewards/rejected': -margin / 2 + noise(0.02),
      'rewards/margins': margin,
      kl: Math.abs(0.01 + 0.25 * done + noise(0.02)),
    });
  });
}

/** A healthy run of sft, evaluated every 50 steps. */
export function healthySft(seed: number, entries = 100): MetricEntry[] {
  const noise = noiseOf(seeded(seed));
  return Array.from({ length: entries }, (_, index) => {
    const step = (index + 1) * 5;
    const level = 0.6 + 1.6 * Math.exp(-index / 20);
    const entry = trained(step, { loss: level + noise(0.05), grad_norm: 1 + Math.abs(noise(0.6)) });
    return step % 50 === 0 ? [entry, evaluated(step, level + 0.05 + noise(0.005))] : [entry];
  }).flat();
}

/** A healthy run of mlx: no gradient norm, `lr` and speeds beside the loss. */
export function healthyMlx(seed: number, entries = 80): MetricEntry[] {
  const noise = noiseOf(seeded(seed));
  return Array.from({ length: entries }, (_, index) =>
    trained((index + 1) * 10, {
      loss: 0.9 + 2 * Math.exp(-index / 15) + noise(0.08),
      lr: 1e-5,
      step_time: 0.8 + Math.abs(noise(0.1)),
      tokens_per_sec: 400 + noise(30),
    }),
  );
}

import { describe, expect, it } from 'vitest';
import type { MetricEntry } from '../../src/domain/metrics.js';
import { figuresAt, windowOf } from '../../src/domain/run-metrics.js';

const training = (step: number, loss?: number): MetricEntry => ({
  kind: 'training',
  step,
  values: loss === undefined ? { grad_norm: 1 } : { loss },
});
const evaluation = (step: number): MetricEntry => ({ kind: 'evaluation', step, values: { eval_loss: 0.5 } });

describe('the figures of a checkpoint', () => {
  it('are those of its step, the evaluation beside the training', () => {
    expect(figuresAt(10, [training(5, 1), training(10, 2), evaluation(10), training(15, 6)], 5)).toEqual({
      step: 10,
      training: training(10, 2),
      evaluation: evaluation(10),
      approximate: false,
      smoothedLoss: 3,
    });
  });

  it('are of the nearest entry before it within one logging interval, marked as such', () => {
    expect(figuresAt(13, [training(5, 1), training(10, 2), training(15, 3)], 5)).toMatchObject({
      training: { step: 10 },
      approximate: true,
    });
    expect(figuresAt(15, [training(10, 2)], 5)).toMatchObject({ training: { step: 10 }, approximate: true });
    expect(figuresAt(16, [training(10, 2), evaluation(15)], 5)).toEqual({ step: 16, approximate: false });
  });

  it('are not of an entry after it', () => {
    expect(figuresAt(4, [training(5, 1)], 5)).toEqual({ step: 4, approximate: false });
  });

  it('are known without an interval where the very step has an entry', () => {
    expect(figuresAt(5, [training(5, 1)])).toMatchObject({ training: { step: 5 }, smoothedLoss: 1 });
    expect(figuresAt(6, [training(5, 1)])).toEqual({ step: 6, approximate: false });
  });

  it('smooth the loss over two entries on each side, near ones with a finite loss alone', () => {
    const losses = [100, 1, 2, 3, NaN, 10].map((loss, index) => training(index * 5, loss));
    expect(figuresAt(15, losses, 5).smoothedLoss).toBeCloseTo((1 + 2 + 3 + 10) / 4, 12);
    expect(figuresAt(20, losses, 5).smoothedLoss).toBeNaN();
    expect(figuresAt(50, [training(10, 9), training(50, 2), training(65, 9)], 5).smoothedLoss).toBe(2);
    expect(figuresAt(10, [training(10)], 5).smoothedLoss).toBeUndefined();
  });

  it('need no entry outside their window', () => {
    expect(windowOf(100, 5)).toEqual([85, 110]);
    expect(windowOf(7, 5)).toEqual([0, 17]);
    expect(windowOf(7)).toEqual([7, 7]);
    const all = Array.from({ length: 40 }, (_, index) => training(index * 5, index));
    for (const step of [0, 3, 12, 100, 104, 195]) {
      const [from, to] = windowOf(step, 5);
      const own = all.filter((entry) => entry.step >= from && entry.step <= to);
      expect(figuresAt(step, own, 5)).toEqual(figuresAt(step, all, 5));
    }
  });
});

import { describe, expect, it } from 'vitest';
import { recommend } from '../../src/domain/recommend.js';
import type { Candidate } from '../../src/domain/recommend.js';

const kto = (step: number, margin: number, kl: number, loss = 0.5): Candidate => ({
  step,
  complete: true,
  figures: {
    step,
    approximate: false,
    training: { kind: 'training', step, values: { loss, kl, 'rewards/margins': margin } },
  },
});

const sft = (step: number, smoothedLoss: number, loss = smoothedLoss): Candidate => ({
  step,
  complete: true,
  figures: {
    step,
    approximate: false,
    training: { kind: 'training', step, values: { loss } },
    smoothedLoss,
  },
});

const evaluated = (candidate: Candidate, evalLoss: number): Candidate => ({
  ...candidate,
  figures: {
    step: candidate.step,
    approximate: false,
    ...candidate.figures,
    evaluation: { kind: 'evaluation', step: candidate.step, values: { eval_loss: evalLoss } },
  },
});

describe('the recommended checkpoint', () => {
  it('has the lowest eval loss where there is one', () => {
    const candidates = [
      evaluated(kto(50, 0.2, 0.1), 0.41234567),
      evaluated(kto(100, 0.9, 0.1), 0.5),
      kto(150, 2, 0.1),
    ];
    expect(recommend(candidates, { method: 'kto' })).toEqual({
      step: 50,
      why: 'Step 50 has the lowest eval loss, 0.4123.',
    });
  });

  it('takes an eval loss beside the loss, but not that of another step', () => {
    const values = { loss: 1, eval_loss: 0.2 };
    const of = (step: number, approximate: boolean): Candidate => ({
      step,
      complete: true,
      figures: { step, approximate, training: { kind: 'training', step: 10, values }, smoothedLoss: 1 },
    });
    expect(recommend([of(10, false)], { method: 'sft' })?.why).toContain('eval loss, 0.2');
    expect(recommend([of(11, true)], { method: 'sft' })?.why).toContain('lowest loss, 1');
  });

  it('has for kto the highest margin among those with KL at most 0.5', () => {
    const candidates = [kto(50, 0.4, 0.001), kto(100, 0.8, 0.5), kto(150, 1.9, 0.51)];
    expect(recommend(candidates, { method: 'kto' })).toEqual({
      step: 100,
      why: 'Step 100 has the highest margin, 0.8, among those with KL at most 0.5.',
    });
  });

  it('has for kto the best Score where KL is higher everywhere', () => {
    expect(recommend([kto(50, 1.2, 0.6), kto(100, 1.4, 0.8)], { method: 'kto' })).toEqual({
      step: 50,
      why: 'Step 50 has the best Score, 2, since none has KL at most 0.5.',
    });
  });

  it('has for other methods the lowest smoothed loss, not the lowest single one', () => {
    expect(recommend([sft(50, 0.5, 0.2), sft(100, 0.4, 0.45)], { method: 'sft' })).toEqual({
      step: 100,
      why: 'Step 100 has the lowest loss, 0.4, smoothed over the entries around it.',
    });
    expect(recommend([sft(50, 0.5), sft(100, 0.6)], { method: 'grpo' })?.step).toBe(50);
  });

  it('is the later of equals', () => {
    expect(recommend([sft(100, 0.4), sft(50, 0.4)], { method: 'sft' })?.step).toBe(100);
  });

  it('is never incomplete', () => {
    const half = { ...kto(100, 2, 0.1), complete: false };
    expect(recommend([kto(50, 0.1, 0.1), half], { method: 'kto' })?.step).toBe(50);
    expect(recommend([half], { method: 'kto' })).toBeUndefined();
    expect(recommend([evaluated(half, 0.1), kto(50, 0.1, 0.1)], { method: 'kto' })?.step).toBe(50);
  });

  it('never lies at or after the step from which figures are not finite, or has such figures', () => {
    const candidates = [kto(50, 0.1, 0.1), kto(100, 0.5, 0.1), kto(150, 2, 0.1)];
    expect(recommend(candidates, { method: 'kto', firstNonFiniteStep: 100 })?.step).toBe(50);
    expect(recommend(candidates, { method: 'kto', firstNonFiniteStep: 50 })).toBeUndefined();
    expect(recommend([kto(50, 0.1, 0.1), kto(100, 2, 0.1, NaN)], { method: 'kto' })?.step).toBe(50);
    expect(recommend([sft(50, 0.9), evaluated(sft(100, 0.1), NaN)], { method: 'sft' })?.step).toBe(50);
    expect(recommend([sft(50, NaN), sft(100, Infinity)], { method: 'sft' })).toBeUndefined();
  });

  it('is none where nothing is known of any', () => {
    expect(recommend([{ step: 50, complete: true }], { method: 'sft' })).toBeUndefined();
    expect(recommend([], { method: 'kto' })).toBeUndefined();
  });
});

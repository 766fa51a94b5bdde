import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../src/domain/scores.js';

describe("the toolset's score", () => {
  it('is margin over KL for kto, and 0 where KL is not above 0', () => {
    expect(scoreOf('kto', { 'rewards/margins': 0.6, kl: 0.3 })).toBe(2);
    expect(scoreOf('kto', { 'rewards/margins': 0.6, kl: 0 })).toBe(0);
    expect(scoreOf('kto', { 'rewards/margins': 0.6, kl: -0.1 })).toBe(0);
    expect(scoreOf('kto', { 'rewards/margins': -0.6, kl: 0.3 })).toBe(-2);
    expect(scoreOf('kto', { 'rewards/margins': 0.6, kl: NaN })).toBeNaN();
  });

  it('is the negative loss for sft', () => {
    expect(scoreOf('sft', { loss: 0.75 })).toBe(-0.75);
  });

  it('is unknown without the figures and for other methods', () => {
    expect(scoreOf('kto', { kl: 0.3 })).toBeUndefined();
    expect(scoreOf('kto', { 'rewards/margins': 1 })).toBeUndefined();
    expect(scoreOf('sft', {})).toBeUndefined();
    expect(scoreOf('dpo', { loss: 1, 'rewards/margins': 1, kl: 1 })).toBeUndefined();
  });
});

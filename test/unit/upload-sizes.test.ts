import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diskBytes, ggufBytes, modelSize, saveBytes, sizeFlag } from '../../src/services/uploads/sizes.js';
import { readManifest } from '../helpers/toolset-tree.js';

const program = readManifest('2025').upload!;
const bits = program.quantizations;
/** The toolset's own figures for 7B. */
const adapter = { bytes: 320e6, weightBytes: 320e6 };
const of7b = modelSize({ size: adapter, adapter: true, baseModel: 'unsloth/mistral-7b-v0.3' });

describe('what is uploaded', () => {
  test('of a 7B model is what the toolset says', () => {
    expect(saveBytes('merged_16bit', adapter, of7b)).toBe(14e9);
    expect(saveBytes('merged_4bit', adapter, of7b)).toBe(3.5e9);
    expect(saveBytes('lora', adapter, of7b)).toBe(320e6);
  });

  test('is guessed from the adapter where the base model has no size in its name', () => {
    const guess = modelSize({ size: adapter, adapter: true, baseModel: 'acme/wonder' });
    expect(guess).toEqual({ fullBytes: of7b.fullBytes, from: 'guessed' });
  });

  test('of a whole model is its weights, whatever its name', () => {
    const size = { bytes: 5_100, weightBytes: 5_000 };
    const whole = modelSize({ size, adapter: false, baseModel: 'acme/x-70b' });
    expect(whole).toEqual({ fullBytes: 5_000, from: 'measured' });
    expect(saveBytes('lora', size, whole)).toBe(5_100);
  });

  test('as GGUF files is the one of 16 bits and each quantization by its bits', () => {
    expect(ggufBytes(14e9, [], bits)).toBe(0);
    expect(ggufBytes(14e9, ['Q8_0'], bits)).toBe(14e9 + (14e9 * 8.5) / 16);
  });

  test('takes more of the disk than goes to the Hub only where a merged model stands in between', () => {
    expect(diskBytes('merged_16bit', 14e9, 20e9, 14e9)).toBe(34e9);
    expect(diskBytes('lora', 320e6, 20e9, 14e9)).toBe(320e6 + 20e9 + 14e9);
    expect(diskBytes('merged_4bit', 3.5e9, 0, 14e9)).toBe(3.5e9);
  });

  test('never shrinks with more quantizations or a larger model', () => {
    const names = fc.uniqueArray(fc.constantFrom(...Object.keys(bits)));
    fc.assert(
      fc.property(fc.nat(1e12), fc.nat(1e12), names, names, (size, more, some, others) => {
        const all = [...new Set([...some, ...others])];
        expect(ggufBytes(size + more, all, bits)).toBeGreaterThanOrEqual(ggufBytes(size, some, bits));
      }),
    );
  });
});

describe('the flag of the model’s size', () => {
  test.each([
    ['meta-llama/Llama-3.2-3B', '3b'],
    ['Qwen/Qwen3-4B', '3b'],
    ['unsloth/mistral-7b-v0.3-bnb-4bit', '7b'],
    ['meta-llama/Llama-3.1-8B', '7b'],
    ['Qwen/Qwen3-14B', '13b'],
    ['openai/gpt-oss-20b', '20b'],
    ['Qwen/Qwen2.5-0.5B', undefined],
    ['meta-llama/Llama-3.1-70B', undefined],
    ['miniature/six-characters', undefined],
    [undefined, undefined],
  ])('%s', (base, flag) => {
    expect(sizeFlag(program, base)).toBe(flag);
  });
});

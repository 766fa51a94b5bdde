import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coerceSetting, readTrainerConfig, valueAt } from '../../src/services/toolset/config-file.js';
import type { SettingManifest } from '../../src/services/toolset/manifest/schema.js';
import { comparePin, pinFile } from '../../src/services/toolset/pin-file.js';
import { makeTempDir } from '../helpers/temp-dir.js';

describe("a trainer's config", () => {
  async function read(text: string) {
    const path = join(await makeTempDir(), 'config.yaml');
    writeFileSync(path, text);
    return await readTrainerConfig(path);
  }

  it('is read as Python reads it, where that matters', async () => {
    const config = await read(
      [
        'base: &base { learning_rate: 2e-4, seed: 42 }',
        'training:',
        '  <<: *base',
        '  learning_rate: 1e-6',
        '  learning_rate: 3e-6',
        'model: { model_name: unsloth/mistral-7b, nothing: ~ }',
      ].join('\n'),
    );
    if (!config.ok) throw new Error(config.why);
    expect(Number(valueAt(config.value, 'training.learning_rate'))).toBe(3e-6);
    expect(valueAt(config.value, 'training.seed')).toBe(42);
    expect(valueAt(config.value, 'model.model_name')).toBe('unsloth/mistral-7b');
    expect(valueAt(config.value, 'model.nothing')).toBeUndefined();
    expect(valueAt(config.value, 'model.model_name.deeper')).toBeUndefined();
    expect(valueAt(config.value, 'model.toString')).toBeUndefined();
  });

  it('may be missing, no file, no YAML, empty or no mapping', async () => {
    const dir = await makeTempDir();
    expect(await readTrainerConfig(join(dir, 'none.yaml'))).toMatchObject({ ok: false, reason: 'missing' });
    mkdirSync(join(dir, 'folder'));
    expect(await readTrainerConfig(join(dir, 'folder'))).toMatchObject({
      ok: false,
      reason: 'unreadable',
      why: 'it is not a file',
    });
    expect(await read('a: 1\nb: [1\n')).toMatchObject({
      ok: false,
      reason: 'unreadable',
      why: expect.stringMatching(/^it is not YAML: .+ \(line 3\)$/),
    });
    expect(await read('# nothing\n')).toMatchObject({ ok: false, why: 'it holds no keys' });
    expect(await read('- a\n- b\n')).toMatchObject({ ok: false, why: 'it holds no keys' });
  });
});

describe('a value', () => {
  const learningRate: SettingManifest = { label: 'Learning rate', type: 'number', above: 0, max: 1 };
  const batch: SettingManifest = { label: 'Batch size', type: 'integer', min: 1, max: 4096 };

  it('is a number however YAML wrote it', () => {
    for (const written of [1e-6, '1e-6', '1E-6', '1e-06', ' 0.000001 ', '+1e-6']) {
      expect(coerceSetting(learningRate, written)).toEqual({ ok: true, value: 1e-6 });
    }
    expect(coerceSetting(batch, '1_000')).toEqual({ ok: true, value: 1000 });
    expect(coerceSetting(batch, 4.0)).toEqual({ ok: true, value: 4 });
  });

  it('is checked against type and range', () => {
    const why = (setting: SettingManifest, value: unknown): string => {
      const coerced = coerceSetting(setting, value);
      return coerced.ok ? 'good' : coerced.why;
    };
    expect(why(learningRate, 'fast')).toBe('"fast", not a number');
    expect(why(learningRate, '')).toBe('"", not a number');
    expect(why(learningRate, '0x10')).toBe('"0x10", not a number');
    expect(why(learningRate, Number.NaN)).toBe('NaN, not a number');
    expect(why(learningRate, [1])).toBe('[1], not a number');
    expect(why(learningRate, 0)).toBe('0, not above 0');
    expect(why(learningRate, 1.5)).toBe('1.5, above 1');
    expect(why(batch, 0)).toBe('0, below 1');
    expect(why(batch, 2.5)).toBe('2.5, not a whole number');
    expect(why({ label: 'Model', type: 'text' }, ['a'])).toBe('["a"], not a text');
    expect(why({ label: '4-bit', type: 'boolean' }, 'maybe')).toBe('"maybe", not true or false');
  });

  it('of truth may be a word of YAML 1.1', () => {
    const setting: SettingManifest = { label: '4-bit', type: 'boolean' };
    expect(['yes', 'On', true].map((value) => coerceSetting(setting, value))).toEqual(
      Array.from({ length: 3 }, () => ({ ok: true, value: true })),
    );
    expect(coerceSetting(setting, 'off')).toEqual({ ok: true, value: false });
  });
});

describe('a pinned file', () => {
  it('is the same while size and time are, and when only the time changed', async () => {
    const path = join(await makeTempDir(), 'x');
    writeFileSync(path, 'abc');
    const pinned = await pinFile(path);
    expect(pinned.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(await comparePin(pinned)).toBe('same');
    // Size and time equal: taken as the same without a look at the hash.
    expect(await comparePin({ ...pinned, sha256: '00' })).toBe('same');
    expect(await comparePin({ ...pinned, modifiedMs: 1 })).toBe('same');
    expect(await comparePin({ ...pinned, modifiedMs: 1, sha256: '00' })).toBe('changed');
    writeFileSync(path, 'abcd');
    expect(await comparePin(pinned)).toBe('changed');
    expect(await comparePin({ ...pinned, path: `${path}-gone` })).toBe('gone');
  });
});

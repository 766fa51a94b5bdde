import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetricLine } from '../../src/domain/metric-line.js';
import type { LogFormat, MetricEntry } from '../../src/domain/metrics.js';

const flat: LogFormat = { kind: 'flat' };
const nested: LogFormat = { kind: 'nested', levelKey: 'level', level: 'METRICS', valuesKey: 'metrics' };

function entryOf(line: string, format = flat): MetricEntry {
  const read = readMetricLine(line, format);
  if (read.kind !== 'entry') throw new Error(`${read.kind}: ${line}`);
  return read.entry;
}

describe('a line of a flat log', () => {
  it('is a training entry: step, epoch and time apart from the figures', () => {
    const entry = entryOf(
      '{"step": 5, "timestamp": "2025-11-22T14:31:07.123456", "loss": 0.65, "learning_rate": 1e-06, "epoch": 0.03, "rewards/margins": -2}',
    );
    expect(entry).toEqual({
      kind: 'training',
      step: 5,
      epoch: 0.03,
      atMs: new Date(2025, 10, 22, 14, 31, 7, 123).getTime(),
      values: { loss: 0.65, learning_rate: 1e-6, 'rewards/margins': -2 },
    });
  });

  it('reads the words that Python writes for floats', () => {
    const { values } = entryOf(
      '{"step": 1, "a": NaN, "b": Infinity, "c": -Infinity, "d": [NaN], "e": 1e999}',
    );
    expect(values).toEqual({ a: Number.NaN, b: Infinity, c: -Infinity, e: Infinity });
  });

  it('leaves those words alone inside strings and refuses them as keys', () => {
    expect(entryOf(String.raw`{"step": 1, "note": "a \" NaN, -Infinity", "x": NaN}`).values).toEqual({
      x: Number.NaN,
    });
    expect(readMetricLine('{"step": 1, NaN: 2}', flat).kind).toBe('unreadable');
    expect(readMetricLine('{"step": 1, "a": -NaN}', flat).kind).toBe('unreadable');
  });

  it.each([
    ['"0.65"', 0.65],
    ['" -1e-3 "', -0.001],
    ['"nan"', Number.NaN],
    ['"NaN"', Number.NaN],
    ['"-inf"', -Infinity],
    ['"Infinity"', Infinity],
    ['".5"', 0.5],
  ])('takes a number that comes as a string: %s', (text, value) => {
    expect(entryOf(`{"step": "7", "loss": ${text}}`)).toEqual({
      kind: 'training',
      step: 7,
      values: { loss: value },
    });
  });

  it.each(['"0x10"', '""', '" "', '"1,5"', 'true', 'null', '[1]', '{"a": 1}'])(
    'takes no figure from %s',
    (text) => {
      expect(entryOf(`{"step": 7, "loss": ${text}}`).values).toEqual({});
    },
  );

  it('tells evaluations and the closing entry from training', () => {
    expect(entryOf('{"step": 50, "eval_loss": 0.4, "eval_runtime": 3}').kind).toBe('evaluation');
    expect(entryOf('{"step": 50, "loss": 0.4, "eval_loss": 0.4}').kind).toBe('training');
    const summary = '"train_runtime": 9.5, "train_loss": 0.4, "total_flos": 1e15}';
    expect(entryOf(`{"step": 100, ${summary}`)).toMatchObject({ kind: 'summary', step: 100 });
    expect(entryOf(`{${summary}`)).toMatchObject({ kind: 'summary', step: 0 });
  });

  it.each([
    'not json',
    '{"step": 5, "loss": 0.6',
    '[1, 2]',
    '5',
    'null',
    '{"loss": 0.5}',
    '{"step": -1}',
    '{"step": 1.5}',
    '{"step": NaN}',
    '{"step": 5} {"step": 6}',
  ])('is unreadable: %s', (line) => {
    expect(readMetricLine(line, flat).kind).toBe('unreadable');
  });

  it('is blank when it holds white space alone', () => {
    expect(readMetricLine(' \t\r', flat).kind).toBe('blank');
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), fc.string({ unit: 'binary' })), (text) => {
        expect(['entry', 'ignored', 'blank', 'unreadable']).toContain(readMetricLine(text, flat).kind);
        readMetricLine(text, nested);
      }),
    );
  });
});

describe('a line of a nested log', () => {
  const head = '"timestamp": "2025-11-22 14:31:07,120", "logger": "train", "message": "step"';

  it('is an entry at level METRICS, its figures under the key', () => {
    const line = `{${head}, "level": "METRICS", "step": 10, "metrics": {"loss": 0.5, "lr": 1e-5, "epoch": 0.2}}`;
    expect(entryOf(line, nested)).toEqual({
      kind: 'training',
      step: 10,
      epoch: 0.2,
      atMs: new Date(2025, 10, 22, 14, 31, 7, 120).getTime(),
      values: { loss: 0.5, lr: 1e-5 },
    });
    expect(entryOf(line.replace('"loss"', '"eval_loss"'), nested).kind).toBe('evaluation');
  });

  it('is passed over at other levels, and unreadable when it is a metrics line without a step', () => {
    expect(readMetricLine(`{${head}, "level": "INFO"}`, nested).kind).toBe('ignored');
    expect(readMetricLine(`{${head}, "level": "INFO", "step": 1, "metrics": {}}`, nested).kind).toBe(
      'ignored',
    );
    expect(readMetricLine(`{${head}, "level": "METRICS", "metrics": {}}`, nested).kind).toBe('unreadable');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetricLine } from '../../src/domain/metric-line.js';
import type { LogFormat, MetricKind } from '../../src/domain/metrics.js';
import { createLineScanner, slackBytes } from '../../src/services/metrics/digest/line-scanner.js';
import { learnTemplate } from '../../src/services/metrics/digest/line-template.js';
import { readNumber } from '../../src/services/metrics/digest/number-text.js';

const flat: LogFormat = { kind: 'flat' };
const columns = ['loss', 'kl', 'eval_loss'];

interface Line {
  readonly kind: MetricKind;
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  readonly text: string;
}

function scan(lines: readonly string[]): { found: Line[]; unreadable: number } {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  const bytes = Buffer.concat([text, Buffer.alloc(slackBytes)]);
  const found: Line[] = [];
  let unreadable = 0;
  createLineScanner(flat, columns).scan(bytes, text.length, {
    entry({ kind, step, present, values }, start, end) {
      const known = columns.flatMap((key, index) =>
        (present & (1 << index)) === 0 ? [] : [[key, values[index] ?? 0]],
      );
      found.push({
        kind,
        step,
        values: Object.fromEntries(known),
        text: bytes.toString('utf8', start, end - 1),
      });
    },
    unreadable() {
      unreadable += 1;
    },
  });
  return { found, unreadable };
}

function plainly(lines: readonly string[]): ReturnType<typeof scan> {
  const read = lines.map((text) => ({ text, line: readMetricLine(text, flat) }));
  return {
    found: read.flatMap(({ text, line }) => {
      if (line.kind !== 'entry') return [];
      const { kind, step, values } = line.entry;
      const known = columns.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]));
      return [{ kind, step, values: Object.fromEntries(known), text }];
    }),
    unreadable: read.filter(({ line }) => line.kind === 'unreadable').length,
  };
}

const digits = fc.stringMatching(/^[0-9]{0,9}$/);
const numberText = fc.oneof(
  fc.double().map(String),
  fc.integer().map(String),
  fc
    .tuple(
      fc.constantFrom('', '-', '+', '--'),
      digits,
      fc.constantFrom('', '.', '..'),
      digits,
      fc.constantFrom('', 'e-0', 'E', 'e+', 'e1', 'e-400', 'e99999'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom(
    'NaN',
    'Infinity',
    '-Infinity',
    '-NaN',
    'Inf',
    'NaNs',
    'null',
    'true',
    '"NaN"',
    '[1]',
    '0.1 ',
    ' 0.1',
    '00',
    '-0',
    '-0.0',
    '0e0',
  ),
);
const stepText = fc.oneof(
  { weight: 5, arbitrary: fc.nat().map(String) },
  { weight: 1, arbitrary: numberText },
);

describe('a line of the usual form', () => {
  it('says what its own reading says, whatever its numbers are', () => {
    const line = fc
      .tuple(
        stepText,
        numberText,
        numberText,
        fc.constantFrom('', '\r', ' ', ' ,'),
        fc.constantFrom('a', '2025-11-22T14:31:07.1', '\\"', '\\', '\u0001', 'é', ''),
      )
      .map(
        ([step, loss, kl, end, time]) =>
          `{"step": ${step}, "timestamp": "${time}", "loss": ${loss}, "kl": ${kl}, "x": 1.5}${end}`,
      );
    const usual = '{"step": 1, "timestamp": "2025", "loss": 0.5, "kl": 0.1, "x": 2}';
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const all = [usual, ...lines.flatMap((text) => [text, usual])];
        expect(scan(all)).toEqual(plainly(all));
      }),
      { numRuns: 1500 },
    );
  });

  it('is found again among forms that take turns', () => {
    const lines = Array.from({ length: 60 }, (_, index) => [
      `{"step": ${index}, "loss": 0.${index}, "kl": 1}`,
      `{"eval_loss": ${index}.5, "step": ${index}}`,
      `{"loss": ${index}, "step": ${index}, "k": 0}`,
      `{"loss": "${index}", "step": ${index}}`,
      `{"loss":${index},"step":${index},"kl":-1E2}`,
      `{"step": ${index}, "loss": 0.${index}, "kl": 1`,
      `{"step": ${index}, "loss": 0.${index}, "kl": 1} {}`,
      `{"step": ${index}, "loss": 1, "loss": 2}`,
    ]).flat();
    const read = scan(lines);
    expect(read).toEqual(plainly(lines));
    expect([read.found.length, read.unreadable]).toEqual([360, 120]);
  });
});

describe('a form', () => {
  const learn = (line: string) => {
    const read = readMetricLine(line, flat);
    return read.kind === 'entry' ? learnTemplate(`${line}\n`, read.entry, columns) : undefined;
  };

  it('is learnt of lines with a step, a timestamp and numbers', () => {
    expect(learn('{"step": 5, "timestamp": "x", "loss": NaN, "kl": -1e-5}')).toMatchObject({
      kind: 'training',
      plan: Int32Array.of(9, 0, -2, 15, 1, -3, 10, 2, 0, 8, 3, 1, 2, 4, -4),
      pieces: ['{"step": ', ', "timestamp": ', ', "loss": ', ', "kl": ', '}\n'].map((piece) =>
        Buffer.from(piece),
      ),
    });
    expect(learn('{"eval_loss":0.5,"step":5}')?.kind).toBe('evaluation');
  });

  it('is not learnt where a value may be more than a number', () => {
    const odd = [
      '"loss": "1"',
      '"note": "x"',
      '"loss": null',
      '"loss": 1, "loss": 2',
      '"a": {"b": 1}',
      '"\\u006b": 1',
      '"é": 1',
    ];
    for (const member of odd) expect(learn(`{"step": 5, ${member}}`)).toBeUndefined();
    expect(learn('{"step": 5, "train_runtime": 1}')).toBeUndefined();
    expect(learn('{"train_runtime": 1}')).toBeUndefined();
  });
});

describe('the text of a number', () => {
  const view = (text: string): DataView =>
    new DataView(new TextEncoder().encode(`${text}, "loss": 0.123456`).buffer);

  it('is read to the last bit as JSON reads it', () => {
    const cursor = { end: 0 };
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger()),
        fc.integer({ min: 0, max: 20 }),
        (number, places) => {
          for (const text of [
            JSON.stringify(number),
            Math.abs(number) < 1e21 ? number.toFixed(places) : '0',
            number.toExponential(places),
          ]) {
            expect(readNumber(view(text), 0, cursor)).toBe(JSON.parse(text));
            expect(cursor.end).toBe(text.length);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});

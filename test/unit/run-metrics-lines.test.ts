import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetricLine } from '../../src/domain/metric-line.js';
import type { LogFormat, MetricKind } from '../../src/domain/metrics.js';
import { createLineScanner } from '../../src/services/metrics/digest/line-scanner.js';
import { learnTemplate } from '../../src/services/metrics/digest/line-template.js';
import { compileMatcher } from '../../src/services/metrics/digest/compile-matcher.js';
import { createLineMatcher, headFigures } from '../../src/services/metrics/digest/line-matcher.js';

const flat: LogFormat = { kind: 'flat' };
const columns = ['loss', 'kl', 'eval_loss'];

interface Line {
  readonly kind: MetricKind;
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  readonly text: string;
}

const matcher = createLineMatcher(compileMatcher());

function scan(lines: readonly string[]): { found: Line[]; unreadable: number } {
  const scanner = createLineScanner(flat, columns, matcher);
  const { room } = scanner;
  // What an earlier piece left behind must not count.
  room.fill(' {"loss": 0.5, "step": 1}\n1234567890');
  const length = room.write(lines.map((line) => `${line}\n`).join(''));
  const found: Line[] = [];
  let unreadable = 0;
  scanner.scan(length, {
    entry({ kind, step, present, values }, start, end) {
      const known = columns.flatMap((key, index) =>
        (present & (1 << index)) === 0 ? [] : [[key, values[index] ?? 0]],
      );
      found.push({
        kind,
        step,
        values: Object.fromEntries(known),
        text: room.toString('utf8', start, end - 1),
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
      values: [-2, -3, 0, 1, -4],
      present: 3,
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
  it('is read to the last bit as JSON reads it', () => {
    const line = (text: string): string => `{"step": 1, "loss": ${text}, "kl": 0.123456}`;
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.maxSafeInteger()),
        fc.integer({ min: 0, max: 20 }),
        (number, places) => {
          const fixed = Math.abs(number) < 1e21 ? number.toFixed(places) : '0';
          const texts = [JSON.stringify(number), fixed, number.toExponential(places)];
          const { found } = scan([line('1'), ...texts.map(line)]);
          expect(found.slice(1).map(({ values }) => values['loss'])).toEqual(
            texts.map((text) => JSON.parse(text)),
          );
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is matched, not left to the slow reading, whatever form the number has', () => {
    const texts = [
      '0',
      '-0',
      '12.50',
      '-1e-06',
      '1E+5',
      'NaN',
      'Infinity',
      '-Infinity',
      '0.12345678901234567',
      '1e-300',
      '1e99999',
    ];
    const { kind, step, values } = { kind: 'training', step: 5, values: { loss: 1 } } as const;
    const template = learnTemplate('{"step": 5, "loss": 1}\n', { kind, step, values }, columns);
    if (!template) throw new Error('not learnt');
    const length = matcher.room.write(
      texts.map((text, index) => `{"step": ${index}, "loss": ${text}}\n`).join(''),
    );
    expect(matcher.match(template, 0, length, columns.length)).toBe(texts.length);
    const stride = headFigures + columns.length;
    const losses = texts.map((_, line) => {
      const [, , step, odd = 0, loss = 0] = matcher.records.subarray(line * stride);
      expect(step).toBe(line);
      return (odd & 1) === 0 ? loss : matcher.readText(loss);
    });
    expect(losses).toEqual(texts.map(Number));
    for (const text of ['01', '1.', '.5', '-', '+1', '-NaN', 'Inf', '1e', '1e+', '--1', '1.2.3', '0x1']) {
      const odd = matcher.room.write(`{"step": 5, "loss": ${text}}\n`);
      expect(matcher.match(template, 0, odd, columns.length)).toBe(0);
    }
    for (const text of ['-1', '1.0', '1e2', '1234567890123456', 'NaN']) {
      const odd = matcher.room.write(`{"step": ${text}, "loss": 1}\n`);
      expect(matcher.match(template, 0, odd, columns.length)).toBe(0);
    }
  });
});

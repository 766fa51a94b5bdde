import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { comparedFigures, direction, figureRows, mainFigure } from '../../../src/views/figures.js';
import {
  countOf,
  formatBytes,
  formatDuration,
  formatFigure,
  formatSetting,
  relativeTime,
  shortFigure,
} from '../../../src/views/numbers.js';
import { progressBar } from '../../../src/views/progress-bar.js';
import { textColumns } from '../../helpers/discord-limits.js';
import { midway, noon, running, samplePlan, sampleSnapshot } from './samples.js';

describe('numbers', () => {
  test.each([
    [0.65, '0.6500'],
    [1e-9, '1e-9'],
    [1.23456e-7, '1.235e-7'],
    [1e9, '1e9'],
    [12345.6, '12,346'],
    [3, '3.000'],
    [-0.5, '-0.5000'],
    [0, '0'],
    [-0, '0'],
    [0.001, '0.001000'],
    [999_999.9, '1,000,000'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NEGATIVE_INFINITY, '-∞'],
    [Number.MIN_VALUE, '4.941e-324'],
  ])('the figure %d is shown as %s', (value, shown) => {
    expect(formatFigure(value)).toBe(shown);
  });

  test('a figure is within half a thousandth of what is shown and never wider than its column', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        const shown = formatFigure(value);
        expect(shown.length).toBeLessThanOrEqual(11);
        const read = Number(shown.replaceAll(',', ''));
        expect(Math.abs(read - value)).toBeLessThanOrEqual(Math.abs(value) * 0.0006);
      }),
    );
  });

  test.each([
    [0.412, '0.412'],
    [3, '3'],
    [0.65, '0.65'],
    [12345, '12,345'],
    [1e-9, '1e-9'],
    [100.04, '100'],
    [Number.NaN, 'NaN'],
  ])('in a sentence %d is %s', (value, shown) => {
    expect(shortFigure(value)).toBe(shown);
  });

  test('a setting is shown to its last digit', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatSetting(value))).toBe(value === 0 ? 0 : value);
      }),
    );
    expect(formatSetting(2e-6)).toBe('2e-6');
    expect(formatSetting(0.0002)).toBe('2e-4');
    expect(formatSetting(0.05)).toBe('0.05');
    expect(formatSetting(true)).toBe('yes');
    expect(formatSetting('cosine')).toBe('cosine');
  });

  test.each([
    [0, 'under 1 s'],
    [42_900, '42 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
    [30 * 86_400_000 + 4 * 3_600_000, '30 d 4 h'],
    [-5, 'unknown'],
    [Number.NaN, 'unknown'],
  ])('%d ms last %s', (ms, shown) => {
    expect(formatDuration(ms)).toBe(shown);
  });

  test.each([
    [0, '0 B'],
    [812, '812 B'],
    [999.6, '1.0 kB'],
    [3_214_000, '3.2 MB'],
    [14e9, '14 GB'],
    [5e18, '5000 PB'],
  ])('%d bytes are %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });

  test('one thing or many, a moment or none', () => {
    expect([countOf(1, 'warning'), countOf(2, 'warning')]).toEqual(['1 warning', '2 warnings']);
    expect(relativeTime(1_763_821_800_499)).toBe('<t:1763821800:R>');
    expect(relativeTime(Number.NaN)).toBe('<t:0:R>');
  });
});

describe('the progress bar', () => {
  test.each([
    [0, 145, '▱▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
    [1, 145, '▰▱▱▱▱▱▱▱▱▱▱▱ 0 %'],
    [144, 145, '▰▰▰▰▰▰▰▰▰▰▰▱ 99 %'],
    [145, 145, '▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
    [150, 145, '▰▰▰▰▰▰▰▰▰▰▰▰ 100 %'],
  ])('step %d of %d', (step, total, shown) => {
    expect(progressBar(step, total)).toBe(shown);
  });

  test.each([
    [undefined, 145],
    [5, undefined],
    [5, 0],
    [Number.NaN, 145],
    [5, Number.POSITIVE_INFINITY],
    [-1, 5],
  ])('step %s of %s is not drawn', (step, total) => {
    expect(progressBar(step, total)).toBeUndefined();
  });

  test('is full only at the last step', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 1e9 }), (step, total) => {
        const done = step >= total;
        expect(progressBar(step, total)?.includes('100 %')).toBe(done);
        expect(progressBar(step, total)?.includes('▱')).toBe(!done);
      }),
    );
  });
});

describe('the direction of a figure', () => {
  test.each([
    ['lower', 0.5, 0.6, '▼ good'],
    ['lower', 0.6, 0.5, '▲ bad'],
    ['higher', 0.6, 0.5, '▲ good'],
    ['higher', -2, -1, '▼ bad'],
    ['none', 2, 1, '▲'],
    ['lower', 0.6, 0.6001, '▬ steady'],
    ['lower', 0, 0, '▬ steady'],
    ['lower', 0.5, undefined, ''],
    ['lower', undefined, 0.5, ''],
    ['lower', Number.NaN, 0.5, '✖ bad'],
    ['lower', 0.5, Number.NaN, ''],
    ['higher', Number.POSITIVE_INFINITY, 1, '✖ bad'],
  ] as const)('%s is better: %s after %s', (better, now, earlier, shown) => {
    expect(direction(better, now, earlier)).toBe(shown);
  });

  test('the main figure leads, in the line and in the table', () => {
    const { columns } = samplePlan();
    const compared = comparedFigures(sampleSnapshot(running, { progress: midway }));
    expect(mainFigure(columns, compared)).toBe('Margin 0.412 ▲ good');
    const rows = figureRows(columns, compared);
    expect(rows[0]).toMatch(/^Margin +0\.4120 ▲ good$/);
    for (const row of rows) expect(textColumns(row)).toBeLessThanOrEqual(34);
    expect(mainFigure(columns, { ...compared, figures: {} })).toBeUndefined();
    expect(mainFigure(columns, { ...compared, figures: { kl: 0.2 }, earlier: {} })).toBe('KL 0.2');
  });

  test('at the end is that of the whole run, from its first finite entry', () => {
    const points = (...values: number[]) => values.map((value, index) => [index * 5, value] as const);
    const compared = comparedFigures(
      sampleSnapshot(
        { name: 'succeeded', at: noon, warnings: [] },
        {
          // Against the entries just before, both would point the other way.
          progress: { ...midway, earlier: { loss: 0.4, 'rewards/margins': 0.5 } },
          curves: [
            { key: 'loss', label: 'Loss', points: points(0.69, 0.4, 0.512) },
            { key: 'rewards/margins', label: 'Margin', points: points(Number.NaN, 0.02, 0.5, 0.412) },
          ],
        },
      ),
    );
    const { columns } = samplePlan();
    expect(mainFigure(columns, compared)).toBe('Margin 0.02 → 0.412 ▲ good');
    expect(figureRows(columns, compared)[1]).toMatch(/^Loss +0\.5123 ▼ good$/);
    expect(figureRows(columns, compared)[2]).toMatch(/^KL +0\.03100$/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsampleLttb } from '../../src/domain/lttb.js';

type Point = readonly [number, number];

const values = fc.array(
  fc.oneof({ weight: 9, arbitrary: fc.double({ noNaN: true }) }, fc.constantFrom(NaN, Infinity, -Infinity)),
  { maxLength: 400 },
);
const curves = values.map((list) => list.map((value, step): Point => [step, value]));
const thresholds = fc.integer({ min: 2, max: 60 });

describe('downsampleLttb', () => {
  it('keeps the first and the last point and chooses others in order, as many as asked for', () => {
    fc.assert(
      fc.property(curves, thresholds, (points, threshold) => {
        const chosen = downsampleLttb(points, threshold);
        expect(chosen).toHaveLength(Math.min(points.length, threshold));
        expect(chosen[0]).toBe(points[0]);
        expect(chosen.at(-1)).toBe(points.at(-1));
        const steps = chosen.map(([step]) => step);
        expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
        expect(chosen.every((point) => points[point[0]] === point)).toBe(true);
      }),
    );
  });

  it('keeps the first point of a gap, wherever it is and however short', () => {
    const gap = fc.record({ from: fc.nat(299), length: fc.integer({ min: 1, max: 300 }) });
    fc.assert(
      fc.property(gap, fc.integer({ min: 3, max: 60 }), ({ from, length }, threshold) => {
        const points = Array.from({ length: 300 }, (_, step): Point => {
          return [step, step >= from && step < from + length ? NaN : Math.sin(step)];
        });
        const steps = downsampleLttb(points, threshold)
          .filter(([, value]) => Number.isNaN(value))
          .map(([step]) => step);
        expect(steps[0]).toBe(from);
      }),
    );
  });

  it('shows finite points too where every second value is not a number', () => {
    const points = Array.from({ length: 1000 }, (_, step): Point => [step, step % 2 ? NaN : 1]);
    const finite = downsampleLttb(points, 100).filter(([, value]) => value === 1);
    expect(finite.length).toBeGreaterThanOrEqual(45);
  });

  it('keeps a peak, beside a gap as well', () => {
    const points = Array.from({ length: 1000 }, (_, step): Point => [step, 0]);
    points[537] = [537, 5];
    points[200] = [200, NaN];
    points[230] = [230, 3];
    const chosen = downsampleLttb(points, 50);
    expect(chosen).toContainEqual([537, 5]);
    expect(chosen).toContainEqual([230, 3]);
    expect(chosen).toContainEqual([200, NaN]);
  });

  it('chooses the largest triangle by hand: of each bucket the point farthest from its neighbours', () => {
    const points: Point[] = [
      [0, 0],
      [1, 1],
      [2, 4],
      [3, 1],
      [4, -3],
      [5, 0],
    ];
    expect(downsampleLttb(points, 4)).toEqual([
      [0, 0],
      [2, 4],
      [4, -3],
      [5, 0],
    ]);
  });

  it('refuses less than two points', () => {
    expect(() => downsampleLttb([], 1)).toThrow(RangeError);
    expect(() => downsampleLttb([], NaN)).toThrow(RangeError);
  });
});

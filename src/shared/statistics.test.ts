/** Column moments on numbers worked out by hand, and where a single pass would lose them; percentiles by rank. */
import { expect, it } from 'vitest';
import { columnMoments, percentileOf } from './statistics.ts';

it('gives mean and population deviation of each column', () => {
  const { mean, deviation } = columnMoments(Float32Array.of(1, 10, 3, 10, 5, 10, 7, 10), 2);
  expect(Array.from(mean)).toEqual([4, 10]);
  expect(deviation[0]).toBeCloseTo(Math.sqrt(5), 12);
  expect(deviation[1]).toBe(0);
});

it('keeps a small spread around a large mean', () => {
  const { deviation } = columnMoments(Float32Array.of(1e6, 1e6 + 1, 1e6 + 2), 1);
  expect(deviation[0]).toBeCloseTo(Math.sqrt(2 / 3), 9);
});

it('gives the least value that so many per cent do not exceed, and leaves out what is not finite', () => {
  const ten = Float64Array.of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
  expect([0, 10, 11, 90, 91, 100].map((percent) => percentileOf(ten, percent))).toEqual([1, 1, 2, 9, 10, 10]);
  expect(percentileOf(Float64Array.of(NaN, 7, Infinity, 5), 90)).toBe(7);
  expect(percentileOf(Float64Array.of(NaN), 50)).toBeNaN();
  expect(ten[0]).toBe(10);
});

/** Column moments on numbers worked out by hand, and where a single pass would lose them. */
import { expect, it } from 'vitest';
import { columnMoments } from './statistics.ts';

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

/** The error function against Python's `math.erf`, and between the points against the series. */
import { describe, expect, it } from 'vitest';
import { erf as bySeries } from '../testing/erf.ts';
import { erf } from './erf.ts';

describe('erf', () => {
  // python3 -c 'import math; print([math.erf(x) for x in (0.1, 0.46875, 0.47, 1, 2, 3, 4.5)])'
  it.each([
    [0.1, 0.1124629160182849],
    [0.46875, 0.49261347321793797],
    [0.47, 0.4937450508860821],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [3, 0.9999779095030014],
    [4.5, 0.9999999998033839],
    [7, 1],
  ])('of ±%d', (x, expected) => {
    expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(4e-16);
    expect(erf(-x)).toBe(-erf(x));
  });

  it('is the series in between', () => {
    for (let x = -6.5; x < 6.5; x += 0.0137) expect(Math.abs(erf(x) - bySeries(x))).toBeLessThanOrEqual(1e-11);
    expect(erf(0)).toBe(0);
    expect(erf(Number.NaN)).toBeNaN();
  });
});

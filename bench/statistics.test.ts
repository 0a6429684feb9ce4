/** Medians of paired ratios, which are what the table compares by. */
import { describe, expect, it } from 'vitest';
import { pairedRatio, spreadOf } from './statistics.ts';

describe('spreads', () => {
  it('take the middle one of an odd number, and the mean of the two middle ones of an even number', () => {
    expect(spreadOf([5, 1, 9])).toEqual({ median: 5, min: 1, max: 9 });
    expect(spreadOf([4, 1, 2, 9])).toEqual({ median: 3, min: 1, max: 9 });
  });

  it('compare within a pair, so that a slow round falls on both', () => {
    expect(pairedRatio([10, 1, 20], [5, 0.5, 10])).toEqual({ median: 2, min: 2, max: 2 });
  });
});

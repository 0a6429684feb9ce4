/** Sizes and work in words. */
import { describe, expect, it } from 'vitest';
import { bytesInWords, costInWords } from './cost-words.ts';

describe('what a model takes', () => {
  it('has the unit that leaves a handy number', () => {
    expect([0, 840, 12_000, 3_440_000, 123_400_000, 2_000_000_000_000].map(bytesInWords)).toEqual(
      ['0 B', '840 B', '12 kB', '3.4 MB', '123 MB', '2,000 GB'].map((words) => words.replace(' ', '\u00a0')),
    );
  });
  it('is said in two sentences', () => {
    const cost = { flopsPerStep: 1.24e9, stateBytes: 1_700_000, dataBytes: 8_400_000, stepBytes: 9_900_000 };
    expect(costInWords({ parameterCount: 105_856, cost }).replaceAll('\u00a0', ' ')).toBe(
      '105,856 weights. A step takes about 1.2 GFLOP. Memory: about 20 MB (1.7 MB weights and optimizer, 8.4 MB data, 9.9 MB a step).',
    );
    expect(costInWords({ parameterCount: 13_312, fixedCount: 1_200_000, cost })).toMatch(
      /^13,312 weights beside 1,200,000 that stay\. A step.*8\.4\sMB data and frozen weights,/,
    );
    expect(costInWords({ parameterCount: 328_000, fixedCount: 1_585_280, cost }, true)).toContain(
      'that stay (the head is a copy, parted from',
    );
  });
});

/** The number formats of the page, case by case. */
import { describe, expect, it } from 'vitest';
import { formatCount, formatEpoch, formatNumber, formatPercent, formatRate } from './format.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('formats', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [1240, '1,240'],
    [1234567.4, '1,234,567'],
    [-1240, '−1,240'],
    [Infinity, '∞'],
  ])('formatCount(%s) is %s', (value, text) => expect(formatCount(value)).toBe(text));

  it.each([
    [0, '0'],
    [0.041, '0.041'],
    [0.0411111, '0.0411'],
    [0.00031, '3.1e-4'],
    [0.0009999, '0.001'],
    [1e-6, '1e-6'],
    [100, '100'],
    [1240, '1,240'],
    [12345678, '1.23e7'],
    [-0.5, '−0.5'],
    [0.9999, '1'],
    [NaN, 'not a number'],
  ])('formatNumber(%s) is %s', (value, text) => expect(formatNumber(value)).toBe(text));

  it.each([
    [0.975, '97.5 %'],
    [1, '100 %'],
    [0.99999, '99.9 %'],
    [0.00001, '0.1 %'],
    [0, '0 %'],
    [0.04, '4 %'],
  ])('formatPercent(%s) is %s', (value, text) => expect(plain(formatPercent(value))).toBe(text));

  it.each([
    [212_345, '212 k'],
    [1234, '1.2 k'],
    [940.4, '940'],
    [8.53, '8.5'],
    [3_140_000, '3.1 M'],
    [999_900, '1 M'],
  ])('formatRate(%s) is %s', (value, text) => expect(plain(formatRate(value))).toBe(text));

  it.each([
    [62, '62'],
    [9.6, '9.6'],
    [9.65, '9.6'],
    [1234.5, '1,234.5'],
  ])('formatEpoch(%s) is %s', (value, text) => expect(formatEpoch(value)).toBe(text));
});

/** What counts as a typed number, and what is said otherwise. */
import { describe, expect, it } from 'vitest';
import { parseList, readNumber, readTyped } from './number-input.ts';

const rate = { label: 'Learning rate', min: 1e-6, integer: false };

describe('typed numbers', () => {
  it('reads the usual ways to write one', () => {
    expect(['3e-4', ' 0,03 ', '1 000', '5 %', '−2', '.5', '1E−3'].map(readNumber)).toEqual([3e-4, 0.03, 1000, 0.05, -2, 0.5, 1e-3]);
    expect(['1,000', '2,000.5', '12,345,678', '0,125'].map(readNumber)).toEqual([1000, 2000.5, 12_345_678, 0.125]);
  });
  it('guesses at nothing else', () => {
    expect(['', 'abc', '1,000.5,2', '0x10', 'NaN', 'Infinity', '1e', '--1'].map(readNumber)).toEqual(Array(8).fill(undefined));
  });
  it('names the field and says that the value stays', () => {
    expect(readTyped(rate, 10, 'fast', 0.03)).toEqual({ message: 'Learning rate: “fast” is not a number. It stays 0.03.' });
    expect(readTyped(rate, 10, '11', 0.03)).toEqual({ message: 'Learning rate must lie between 1e-6 and 10. It stays 0.03.' });
    expect(readTyped({ ...rate, label: 'Batch size', min: 1, integer: true }, 200, '2.5', 20)).toEqual({
      message: 'Batch size must be a whole number. It stays 20.',
    });
  });
  it('takes the word for zero', () => {
    expect(readTyped({ ...rate, min: 0, zero: 'off' }, 1, 'Off', 0.1)).toEqual({ value: 0 });
  });
  it('reads lists', () => {
    expect([parseList('16, 16'), parseList('8 4'), parseList(''), parseList('8,x')]).toEqual([[16, 16], [8, 4], [], undefined]);
  });
});

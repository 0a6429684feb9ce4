/** The window: never more than fits, never less than half, moved as seldom as can be, and known from the length alone. */
import { describe, expect, it } from 'vitest';
import { windowStart } from './window.ts';

describe('windowStart', () => {
  it('keeps all until the context is full, then half', () => {
    expect(Array.from({ length: 12 }, (_, i) => windowStart(i + 1, 6))).toEqual([0, 0, 0, 0, 0, 0, 3, 3, 3, 6, 6, 6]);
    expect(Array.from({ length: 9 }, (_, i) => windowStart(i + 1, 5))).toEqual([0, 0, 0, 0, 0, 3, 3, 3, 6]);
    expect(windowStart(1e9, Infinity)).toBe(0);
  });

  it.each([1, 2, 3, 7, 64])('shows more than half of a context of %i, and at most all', (capacity) => {
    for (let length = capacity + 1; length < 6 * capacity; length++) {
      const seen = length - windowStart(length, capacity);
      expect(seen).toBeGreaterThan(Math.floor(capacity / 2));
      expect(seen).toBeLessThanOrEqual(capacity);
    }
  });
});

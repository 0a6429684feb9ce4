/** The pool of arrays: what comes back, and what never does. */
import { describe, expect, it } from 'vitest';
import { createPool } from './pool.ts';

describe('the pool', () => {
  it('hands an array out again, once', () => {
    const pool = createPool();
    const first = pool.take(3);
    pool.put(first);
    expect(pool.take(3)).toBe(first);
    expect(pool.take(3)).not.toBe(first);
    expect(pool.take(4)).toHaveLength(4);
  });

  it('keeps no more than it has made, however many come from elsewhere', () => {
    const pool = createPool();
    pool.put(pool.take(2));
    const strangers: Float32Array[] = Array.from({ length: 100 }, () => new Float32Array(2));
    for (const stranger of strangers) pool.put(stranger);
    const taken = Array.from({ length: 100 }, () => pool.take(2));
    expect(taken.filter((array) => strangers.includes(array))).toHaveLength(0);
  });

  it('refuses a view of another array', () => {
    const pool = createPool();
    pool.take(2);
    const view = new Float32Array(8).subarray(2, 4);
    pool.put(view);
    expect(pool.take(2)).not.toBe(view);
  });
});

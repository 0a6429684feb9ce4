/** Columns of feeds against the same feeds one by one. */
import { describe, expect, it } from 'vitest';
import { feedList } from './feeds.ts';

describe('feeds as columns', () => {
  it('are the same feeds one by one', () => {
    const columns = {
      firstStep: 5,
      length: 2,
      scalars: { rate: Float64Array.of(0.5, 0.25), dropout: 0.1 },
      tensors: { rows: Float32Array.of(1, 2, 3, 4, 5, 6) },
      lasting: { weights: Float32Array.of(7) },
    };
    const feeds = [
      { step: 5, scalars: { rate: 0.5, dropout: 0.1 }, tensors: { rows: Float32Array.of(1, 2, 3), weights: Float32Array.of(7) } },
      { step: 6, scalars: { rate: 0.25, dropout: 0.1 }, tensors: { rows: Float32Array.of(4, 5, 6), weights: Float32Array.of(7) } },
    ];
    expect(feedList(columns)).toEqual(feeds);
    expect(feedList(feeds)).toBe(feeds);
  });
});

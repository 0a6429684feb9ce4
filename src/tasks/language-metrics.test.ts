/** Figures of language models, on hand-made answers. */
import { describe, expect, it } from 'vitest';
import { bitsPerCharacter, exactMatch } from './language-metrics.ts';
import type { TokenSplit } from './task.ts';

const targets = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
const split: TokenSplit = { count: 3, inputs: new Float32Array(9), targets, weights: Float32Array.of(0, 1, 1, 0, 1, 1, 0, 1, 1) };

describe('metrics of language', () => {
  it('count an example when all that counts is right', () => {
    // The prompt of the first is wrong, which does not matter; the second has one mistake, the third two.
    expect(exactMatch([0, 1, 1, 1, 1, 0, 1, 0, 0], split)).toBeCloseTo(1 / 3, 12);
  });

  it('count everything where there are no weights', () => {
    const text: TokenSplit = { count: split.count, inputs: split.inputs, targets };
    expect(exactMatch([0, 1, 1, 1, 1, 1, 1, 1, 1], text)).toBeCloseTo(2 / 3, 12);
  });

  it('of a model that knows nothing are those of a fair choice', () => {
    expect(bitsPerCharacter(Math.log(64), 3)).toBeCloseTo(2, 12);
  });
});

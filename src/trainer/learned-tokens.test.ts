/** What is told of each token: its loss, and the likeliest in its place, in order. */
import { describe, expect, it } from 'vitest';
import type { Task } from '../tasks/task.ts';
import { learnedTokens } from './learned-tokens.ts';

/** Two rows of three tokens out of `vocabulary`; the logits of each place are given. */
async function told(rows: readonly (readonly number[])[], tokens: readonly number[]) {
  const vocabulary = rows[0]!.length;
  const run = { task: { outputs: vocabulary } as Task, predict: () => Promise.resolve(Float32Array.from(rows.flat())) };
  const picture = { kind: 'tokens', tokens: Uint16Array.from(tokens), length: 3, promptLength: 0, names: [] } as const;
  const learned = await learnedTokens(run, picture);
  if (learned.kind !== 'tokens') throw new Error('not of tokens');
  return learned;
}

describe('the tokens of a row', () => {
  it('has the likeliest of each place in order, of equals the first, with probabilities of the whole vocabulary', async () => {
    const row = [0, 3, 1, 3, -2, 2, 1.5];
    const learned = await told([row, row], [6, 1, 4]);
    expect(learned.count).toBe(5);
    expect([...learned.candidates.subarray(0, 5)]).toEqual([1, 3, 5, 6, 2]);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit), 0);
    for (const [rank, token] of [1, 3, 5, 6, 2].entries())
      expect(learned.probabilities[rank]).toBeCloseTo(Math.exp(row[token]!) / total, 6);
    // The first place predicts token 1, the second token 4.
    expect(learned.losses[0]).toBeCloseTo(Math.log(total) - 3, 6);
    expect(learned.losses[1]).toBeCloseTo(Math.log(total) + 2, 6);
  });

  it('has no more of them than there are tokens', async () => {
    const learned = await told([[1, 2], [2, 1], [0, 5], [5, 0]], [0, 1, 0, 1, 1, 0]); // prettier-ignore
    expect(learned.count).toBe(2);
    expect([...learned.candidates]).toEqual([1, 0, 0, 1, 1, 0, 0, 1]);
  });
});

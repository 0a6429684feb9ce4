/** Choosing a token: how often each comes, what top-k and top-p leave, ties, and the ends of the temperature. */
import { describe, expect, it } from 'vitest';
import { OutputsNotFinite } from './ranking.ts';
import type { Sampling } from './sampling.ts';
import { chooseToken } from './sampling.ts';

const plain: Sampling = { temperature: 1, topK: 0, topP: 1, seed: 6 };
const probabilities = [0.1, 0.4, 0.02, 0.28, 0.2];
const logits = Float64Array.from(probabilities, (probability) => Math.log(probability) + 3);
const draws = 5000;

/** Share of each token among many draws. */
function shares(given: Float64Array, sampling: Sampling): number[] {
  const counts = new Array<number>(given.length).fill(0);
  for (let place = 0; place < draws; place++) counts[chooseToken(given, sampling, place)]!++;
  return counts.map((count) => count / draws);
}

/** Five standard deviations of a share. */
const spread = (share: number): number => 5 * Math.sqrt((share * (1 - share)) / draws);

function expectShares(found: readonly number[], parts: readonly number[]): void {
  const total = parts.reduce((sum, part) => sum + part, 0);
  parts.forEach((part, token) => expect(Math.abs(found[token]! - part / total), String(token)).toBeLessThanOrEqual(spread(part / total)));
}

describe('chooseToken', () => {
  it('draws each token as often as it is likely', () => {
    expectShares(shares(logits, plain), probabilities);
  });

  it('sharpens with a low temperature and evens out with a high one', () => {
    expectShares(
      shares(logits, { ...plain, temperature: 0.5 }),
      probabilities.map((probability) => probability ** 2),
    );
    expectShares(
      shares(logits, { ...plain, temperature: 4 }),
      probabilities.map((probability) => probability ** 0.25),
    );
    expect(shares(logits, { ...plain, temperature: 1e-300 })[1]).toBe(1);
  });

  it('leaves the k likeliest, of equals the lowest ids', () => {
    expectShares(shares(logits, { ...plain, topK: 2 }), [0, 0.4, 0, 0.28, 0]);
    expectShares(shares(Float64Array.of(1, 2, 2, 2, 1), { ...plain, topK: 2 }), [0, 1, 1, 0, 0]);
    expectShares(shares(logits, { ...plain, topK: 99 }), probabilities);
  });

  it('leaves the fewest that reach p, at least one', () => {
    expectShares(shares(logits, { ...plain, topP: 0.85 }), [0, 0.4, 0, 0.28, 0.2]);
    expectShares(shares(logits, { ...plain, topP: 0.67 }), [0, 0.4, 0, 0.28, 0]);
    expectShares(shares(logits, { ...plain, topP: 1e-9 }), [0, 1, 0, 0, 0]);
  });

  it('counts p among the k that are left', () => {
    // Of 0.4 and 0.28 the first alone has 0.59.
    expectShares(shares(logits, { ...plain, topK: 2, topP: 0.58 }), [0, 1, 0, 0, 0]);
    expectShares(shares(logits, { ...plain, topK: 2, topP: 0.6 }), [0, 0.4, 0, 0.28, 0]);
  });

  it('takes the likeliest at temperature 0, of equals the lowest id, whatever the rest says', () => {
    const ties = Float64Array.of(-1, 5, 5, 0, 5);
    for (const place of [0, 1, 2]) expect(chooseToken(ties, { ...plain, temperature: 0, topK: 3, topP: 0.1 }, place)).toBe(1);
    expect(chooseToken(Float64Array.of(0, -0), { ...plain, temperature: 0 }, 0)).toBe(0);
    expect(chooseToken(Float64Array.of(-0, 0), { ...plain, temperature: 0 }, 0)).toBe(0);
  });

  it.each([Number.NaN, Infinity])('refuses logits that are %d', (logit) => {
    for (const temperature of [0, 1])
      expect(() => chooseToken(Float64Array.of(0, logit, 1), { ...plain, temperature }, 0)).toThrow(OutputsNotFinite);
  });
});

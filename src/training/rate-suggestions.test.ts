/** Smoothing, the end of a test and the three suggestions against NumPy (`scripts/reference/rate_test.py`). */
import { describe, expect, it } from 'vitest';
import { gap } from '../testing/gap.ts';
import { isWithinNoise, SmoothedLoss, suggestRates } from './rate-suggestions.ts';
import type { RateSuggestions } from './rate-suggestions.ts';
import recorded from './recorded/rate-test.json' with { type: 'json' };

/** Smooths until the test would end. */
function smoothed(losses: readonly (number | null)[]): { readonly values: number[]; readonly end: string } {
  const smoothing = new SmoothedLoss();
  const values: number[] = [];
  for (const loss of losses) {
    if (loss === null) return { values, end: 'diverged' };
    values.push(smoothing.add(loss));
    if (smoothing.hasRisen) return { values, end: 'risen' };
  }
  return { values, end: 'highest' };
}

describe('a range test reads its curve as fastai does', () => {
  it.each(recorded.cases)('$name', ({ losses, end, smoothed: expected, suggestions }) => {
    const found = smoothed(losses);
    expect(found.end).toBe(end);
    expect(found.values).toHaveLength(expected.length);
    expect(gap(found.values, expected)).toBeLessThan(1e-12);
    const rates = suggestRates(recorded.rates.slice(0, expected.length), found.values, recorded.planned);
    expect(Object.keys(rates).sort()).toEqual(Object.keys(suggestions).sort());
    for (const [name, rate] of Object.entries(suggestions)) expect(rates[name as keyof RateSuggestions]).toBeCloseTo(rate, 12);
  });

  it('tells a fall from noise', () => {
    // The same scatter of ±0.1 around a level line, and around one that falls by 0.02 and by 0.5.
    const scattered = (fall: number) => Array.from({ length: 200 }, (_, i) => 1 - (fall * i) / 200 + 0.1 * Math.sin(i * i * 12.9898));
    const judged = (losses: readonly number[]) => isWithinNoise(losses, smoothed(losses).values, 200);
    expect([0, 0.02, 0.5].map((fall) => judged(scattered(fall)))).toEqual([true, true, false]);
    expect(judged(scattered(0.5).slice(0, 22))).toBe(true);
  });

  it('says nothing about a handful of points', () => {
    expect(suggestRates([1, 2, 3], [3, 2, 1], 100)).toEqual({});
  });
});

/** A range test in words and lines. */
import { describe, expect, it } from 'vitest';
import type { RateTest } from '../../trainer/trainer.ts';
import { pictureOf, progressOf, suggestionsOf, summaryOf } from './rate-test-model.ts';

const points = [1e-6, 1e-3, 1, 10].map((learningRate, i) => ({ learningRate, loss: [2, 1, 0.5, 40][i]!, smoothed: [2, 1.5, 1, 3][i]! }));
const test: RateTest = { fromStep: 1240, plannedSteps: 200, points, end: 'risen', suggestions: { tenthOfMinimum: 0.1, valley: 0.012618 } };

describe('a range test on the page', () => {
  it('offers the rates that were found, rounded, the steadiest rule first', () => {
    expect(suggestionsOf(test).map(({ name, rate }) => [name, rate])).toEqual([
      ['valley', 0.013],
      ['tenthOfMinimum', 0.1],
    ]);
  });

  it('is summed up in words', () => {
    const words = summaryOf(test);
    expect(words).toContain('from step 1,240, 1e-6 to 10');
    expect(words).toContain('lowest, 1, at 1, and ends at 3');
    expect(words).toContain('four times its lowest');
    expect(words).toContain('Suggested: Valley: 0.013; Minimum ÷ 10: 0.1.');
    expect(progressOf({ fromStep: 0, plannedSteps: 200, points, suggestions: {} })).toBe('4 of 200 steps');
  });

  it('says why nothing is suggested late in a run, and doubts what is suggested from noise at its start', () => {
    const late = { ...test, withinNoise: true, suggestions: {} };
    expect(summaryOf(late)).toMatch(
      /Nothing is suggested: the loss falls by no more than it differs from batch to batch\..*test from step 0\.$/,
    );
    expect(summaryOf({ ...test, fromStep: 0, withinNoise: true })).toMatch(/Suggested: .* are a first guess\.$/);
    expect(summaryOf({ ...test, suggestions: {} })).toMatch(/No rule finds a rate here/);
    expect(summaryOf({ ...test, withinNoise: false })).toMatch(/Suggested: [^.]*\.[^.]*\.[^.]*\.$/);
    expect(summaryOf({ ...late, end: 'stopped' })).not.toContain('suggested');
  });

  it('is drawn from the lowest to the highest rate, what is far above the start cut off', () => {
    const { raw, smoothed, y } = pictureOf(test, 1e-6, 10);
    expect(raw.startsWith('M0.00 ')).toBe(true);
    expect(smoothed.split('L')).toHaveLength(4);
    expect(raw).toMatch(/L100\.00 0\.00$/);
    expect([y.low < 1, y.high > 2, y.high < 3]).toEqual([true, true, true]);
  });
});

/** A range test as something to draw and to read: scales, lines, suggestions in the order of trust, words. Pure. */
import { formatCount, formatNumber } from '../../shared/format.ts';
import type { RateTest } from '../../trainer/trainer.ts';
import type { Scale } from '../charts/scale.ts';
import { fractionOf, scaleAround } from '../charts/scale.ts';

/** One rate to take. */
export interface Suggestion {
  readonly name: 'valley' | 'steepest' | 'tenthOfMinimum';
  readonly label: string;
  /** What the rule looks for. */
  readonly line: string;
  /** Two significant digits, as it is taken. */
  readonly rate: number;
}

/** What the chart draws; lines are SVG paths in a box of 100 × 100. */
export interface RatePicture {
  readonly x: Scale;
  readonly y: Scale;
  readonly raw: string;
  readonly smoothed: string;
}

const rules = [
  ['valley', 'Valley', 'in the middle of the longest way down'],
  ['steepest', 'Steepest', 'where the loss falls fastest'],
  ['tenthOfMinimum', 'Minimum ÷ 10', 'a tenth of the rate with the lowest loss'],
] as const;

/** A rate as it is taken: more digits would say more than the test knows. */
export function roundedRate(rate: number): number {
  return Number(rate.toPrecision(2));
}

/** The suggestions that the test found, the steadiest rule first. */
export function suggestionsOf({ suggestions }: RateTest): readonly Suggestion[] {
  return rules.flatMap(([name, label, line]) => {
    const rate = suggestions[name];
    return rate === undefined ? [] : [{ name, label, line, rate: roundedRate(rate) }];
  });
}

/** The fall to the minimum fills the height: it is often a hundredth of the rise after it, which is cut off. */
function heightsOf(smoothed: readonly number[]): Scale {
  const low = Math.min(...smoothed);
  const start = Math.max(...smoothed.slice(0, smoothed.indexOf(low) + 1));
  const fall = Math.max(start - low, 0.05 * Math.abs(start));
  return scaleAround([low - 0.2 * fall, start + 0.6 * fall], 'linear', false);
}

/** The picture of a test between the lowest and the highest rate of the parameter. */
export function pictureOf({ points }: RateTest, lowest: number, highest: number): RatePicture {
  const x: Scale = { kind: 'log', low: lowest, high: highest };
  const y = heightsOf(points.map((point) => point.smoothed));
  const path = (value: (point: RateTest['points'][number]) => number) =>
    points
      .map((point, i) => {
        const height = Math.min(1, fractionOf(y, value(point)));
        return `${i === 0 ? 'M' : 'L'}${(100 * fractionOf(x, point.learningRate)).toFixed(2)} ${(100 * (1 - height)).toFixed(2)}`;
      })
      .join('');
  return { x, y, raw: path(({ loss }) => loss), smoothed: path((point) => point.smoothed) };
}

/** Why nothing, or nothing that is sure, is suggested; nothing while the test goes on. */
export function doubtsAbout({ end, withinNoise = false, fromStep, suggestions }: RateTest): readonly string[] {
  if (end === undefined || end === 'stopped') return [];
  if (withinNoise && fromStep > 0)
    return [
      'Nothing is suggested: the loss falls by no more than it differs from batch to batch. Most of it is gone already; test from step 0.',
    ];
  if (Object.keys(suggestions).length === 0) return ['No rule finds a rate here: the loss does not fall clearly enough.'];
  return withinNoise ? ['The loss falls by no more than it differs from batch to batch: the rates are a first guess.'] : [];
}

const ends = {
  highest: 'The rate went all the way up.',
  risen: 'It ended when the smoothed loss stood at four times its lowest.',
  diverged: 'It ended when the loss was no longer a number.',
  stopped: 'It was stopped.',
} as const;

/** Why the test ended; how far it is before that. */
export function progressOf({ points, plannedSteps, end }: RateTest): string {
  return end === undefined ? `${formatCount(points.length)} of ${formatCount(plannedSteps)} steps` : ends[end];
}

/** The test in words, for those who cannot see the chart. */
export function summaryOf(test: RateTest): string {
  const { points, fromStep } = test;
  const lowest = points.reduce((best, point) => (point.smoothed < best.smoothed ? point : best), points[0] ?? noPoint);
  const last = points.at(-1) ?? noPoint;
  const found = suggestionsOf(test).map(({ label, rate }) => `${label}: ${formatNumber(rate)}`);
  return [
    `Loss against learning rate from step ${formatCount(fromStep)}, ${formatNumber(points[0]?.learningRate ?? NaN)} to ${formatNumber(last.learningRate)}.`,
    `The smoothed loss is lowest, ${formatNumber(lowest.smoothed)}, at ${formatNumber(lowest.learningRate)}, and ends at ${formatNumber(last.smoothed)}.`,
    progressOf(test),
    found.length > 0 ? `Suggested: ${found.join('; ')}.` : '',
    ...doubtsAbout(test),
  ].join(' ');
}

const noPoint = { learningRate: NaN, smoothed: NaN, loss: NaN };

/** The pure parts of the views: colours, pixels, mistakes, and what may be shown of which run. */
import { describe, expect, it } from 'vitest';
import { drawnRun } from '../../testing/drawn-run.ts';
import { luminance, parseColor, regionColor, textOn, viridis, type Rgb } from './colors.ts';
import { learnedInput, metricSentence } from './learned-input.ts';
import { commonMistakes, countMistakes, mistakesFirst } from './mistakes.ts';
import { enlarge, planePixels, spanOf } from './plane-image.ts';

const [white, red, blue]: readonly [Rgb, Rgb, Rgb] = [
  [255, 255, 255],
  [255, 0, 0],
  [0, 0, 255],
];

describe('colours', () => {
  it('reads tokens', () => {
    expect(parseColor(' #0072b2 ')).toEqual([0, 114, 178]);
    expect(parseColor('#fff')).toEqual([255, 255, 255]);
    expect(parseColor('rgb(1, 2, 3)')).toEqual([1, 2, 3]);
  });
  it('runs from dark to bright', () => {
    expect(viridis(0)).toEqual([68, 1, 84]);
    expect(viridis(2)).toEqual([253, 231, 37]);
    expect(luminance(viridis(0.7))).toBeGreaterThan(luminance(viridis(0.3)));
  });
  it('puts readable text on any shade', () => {
    for (let share = 0; share <= 1; share += 0.02) {
      const ground = luminance(viridis(share));
      const ink = textOn(viridis(share)) === '#000' ? 0 : 1;
      const [high, low] = ink > ground ? [ink, ground] : [ground, ink];
      expect((high + 0.05) / (low + 0.05)).toBeGreaterThanOrEqual(4.5);
    }
  });
  it('fades to the panel where the model is unsure', () => {
    expect(regionColor([0.5], [red, blue], white)).toEqual(white);
    const sure = regionColor([1], [red, blue], white);
    expect(sure[2]).toBeGreaterThan(sure[0]);
    expect(regionColor([1, 0, 0], [red, blue, white], white)[1]).toBeLessThan(200);
  });
});

describe('the plane', () => {
  it('is drawn with its bottom row below', () => {
    const pixels = planePixels({ size: 2, outputs: 1, values: Float32Array.of(0, 0, 1, 1) }, 2, { panel: white, classes: [red, blue] });
    expect(pixels[2]).toBeGreaterThan(pixels[0] ?? 0);
    expect(pixels[8]).toBeGreaterThan(pixels[10] ?? 0);
  });
  it('is interpolated between cell centres and held beyond them', () => {
    const fine = enlarge({ size: 2, outputs: 1, values: Float32Array.of(0, 1, 0, 1) }, 4);
    expect([...fine.subarray(0, 4)]).toEqual([0, 0.25, 0.75, 1]);
    expect([...enlarge({ size: 1, outputs: 2, values: Float32Array.of(3, 4) }, 2)]).toEqual([3, 4, 3, 4, 3, 4, 3, 4]);
  });
  it('spans finite values only', () => {
    expect(spanOf(Float32Array.of(1, NaN, 5))).toEqual({ low: 1, high: 5 });
    expect(spanOf(Float32Array.of())).toEqual({ low: 0, high: 1 });
  });
});

describe('mistakes', () => {
  const labels = Uint8Array.of(0, 1, 0, 1);
  const predicted = Uint8Array.of(0, 0, 1, 1);
  it('come first, the surest before the others', () => {
    expect(mistakesFirst(labels, predicted, Float32Array.of(0.9, 0.6, 0.8, 0.9), 3)).toEqual([2, 1, 0]);
    expect(mistakesFirst(labels, undefined, undefined, 2)).toEqual([0, 1]);
    expect(countMistakes(labels, predicted)).toBe(2);
  });
  it('are told in words', () => {
    expect(commonMistakes(Uint32Array.of(5, 1, 3, 7), ['cat', 'dog'])).toEqual(['dog taken for cat (3 times)', 'cat taken for dog (once)']);
  });
});

describe('what may be shown', () => {
  const run = drawnRun({ done: 0.5 });
  it('is what was learned from these data', () => {
    expect(learnedInput(run, run.description)?.learned).toBe(run.learned?.learned);
    expect(metricSentence(learnedInput(run, run.description)!, 'points').replace('\u00a0', ' ')).toMatch(
      /^Weights of step 1,000: [\d.]+ % of validation points right\.$/,
    );
  });
  it('names the step of the last evaluation where it is not that of the weights', () => {
    const at1005 = { ...run, learned: { ...run.learned!, step: 1005 } };
    expect(metricSentence(learnedInput(at1005, run.description)!, 'points').replace('\u00a0', ' ')).toMatch(
      /^Weights of step 1,005; at step 1,000: [\d.]+ % of validation points right\.$/,
    );
  });
  it('is the data alone once the configuration asks for others', () => {
    const other = drawnRun({ settings: { task: 'moons' }, done: 0 });
    const input = learnedInput(run, other.description);
    expect(input?.description).toBe(other.description);
    expect(input?.learned).toBeUndefined();
  });
  it('is nothing before the data are known', () => {
    expect(learnedInput(undefined, undefined)).toBeUndefined();
  });
  it('names the metric of the restored weights', () => {
    const stopped = drawnRun({ done: 0.5, story: 'earlyStop' });
    expect(learnedInput(stopped, stopped.description)?.metric).toBe(stopped.snapshot.best?.valMetric);
  });
});

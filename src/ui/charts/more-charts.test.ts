/** The charts beyond the four: what they draw of a run, what they say before there is one, and the bound that SGD really has. */
import { describe, expect, it } from 'vitest';
import type { Config } from '../../params/config.ts';
import { normalize } from '../../params/config.ts';
import { drawnRun } from '../../testing/drawn-run.ts';
import { noiseAdvice, noiseScaleText } from '../noise-words.ts';
import type { ChartInput } from './axis.ts';
import { idleUnitsModel } from './idle-units-model.ts';
import { lossModel } from './loss-model.ts';
import { moreCharts } from './more-charts.ts';
import { noiseModel } from './noise-model.ts';
import { sharpnessModel, stabilityBound } from './sharpness-model.ts';
import { updateRatioModel } from './update-ratio-model.ts';

const measured = {
  task: 'spiral',
  optimizer: 'sgd',
  activation: 'relu',
  layers: [4, 4],
  updateRatio: true,
  noiseScale: true,
  sharpness: 1,
};
const run = drawnRun({ settings: { ...measured, epochs: 20 }, done: 0.8 });
const fresh = drawnRun({ settings: measured, done: 0 });
const inputOf = (of: ReturnType<typeof drawnRun>, more: Partial<ChartInput> = {}): ChartInput => ({
  ...{ run: of, config: of.config, description: of.description, stale: false, settings: { axis: 'step', xScale: 'linear', smoothing: 0 } },
  ...more,
});
function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the run has no such curve');
  return value;
}
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('every one of them', () => {
  it.each(moreCharts)(
    '$label has a line once measured, within its scale, and words for those who cannot see it',
    ({ build, startWith }) => {
      const model = build(inputOf(run), startWith);
      expect(model.empty).toBeUndefined();
      expect(model.series.length).toBeGreaterThan(0);
      expect(model.summary).toMatch(/\d/);
      for (const { x, mean, style } of model.series) {
        expect(mean).toHaveLength(x.length);
        expect(x.length).toBeLessThanOrEqual(300);
        if (style !== 'dashed') expect(mean.some((value) => value >= model.y.low && value <= model.y.high)).toBe(true);
      }
    },
  );

  it.each(moreCharts)('$label says what will appear before there is anything', ({ build, startWith }) => {
    const model = build(inputOf(fresh), startWith);
    expect(model.empty).toBeDefined();
    expect(model.y.high).toBeGreaterThan(model.y.low);
  });
});

describe('the update ratio', () => {
  it('has a line a layer from the input on, named at its end, and tells layers past the fourth by dashes', () => {
    const { series, references } = updateRatioModel(inputOf(run), 'log');
    expect(series.map(({ end }) => end)).toEqual(['layer 1', 'layer 2', 'output']);
    expect(new Set(series.map(({ color }) => color)).size).toBe(3);
    expect(references.map(({ y }) => y)).toEqual([1e-3]);
    const deep = drawnRun({ settings: { ...measured, layers: [2, 2, 2, 2, 2] }, done: 0.5 });
    const looks = updateRatioModel(inputOf(deep), 'log').series.map(({ color, style }) => `${color} ${style}`);
    expect(new Set(looks).size).toBe(6);
  });

  it('shows the extremes, and a smooth line instead where smoothing is on', () => {
    expect(updateRatioModel(inputOf(run), 'log').series[0]?.max).toBeDefined();
    const smoothed = updateRatioModel(inputOf(run, { settings: { axis: 'epoch', xScale: 'linear', smoothing: 0.9 } }), 'log').series[0];
    expect(smoothed?.max).toBeUndefined();
    expect(smoothed?.x.at(-1)).toBeCloseTo(16, 0);
  });
});

describe('idle units', () => {
  it('are shares of the whole, dead or saturated by the activation', () => {
    const model = idleUnitsModel(inputOf(run), 'linear');
    expect([model.y.low, model.y.high]).toEqual([0, 1]);
    expect(model.title).toBe('Idle units: dead');
    expect(model.series.map(({ end }) => end)).toEqual(['layer 1', 'layer 2']);
    const { config } = normalize({ ...measured, activation: 'sigmoid' });
    expect(idleUnitsModel(inputOf({ ...run, config }), 'linear').title).toBe('Idle units: saturated');
  });

  it('cannot be where units have no bound', () => {
    const gelu = drawnRun({ settings: { ...measured, activation: 'gelu' }, done: 0.5 });
    expect(idleUnitsModel(inputOf(gelu), 'linear').empty).toContain('neither die nor saturate');
  });
});

describe('the noise scale', () => {
  it('stands within its interval, beside the batch that is used', () => {
    const { series, references } = noiseModel(inputOf(run), 'log');
    const [{ mean, min, max } = {}] = series;
    expect(mean?.every((value, i) => Number.isNaN(value) || ((min?.[i] ?? NaN) < value && value < (max?.[i] ?? NaN)))).toBe(true);
    expect(references.map(({ y, text }) => [y, text])).toEqual([[20, 'batch 20']]);
  });

  it('draws an interval without an upper end past the plot, and does not let it squeeze the rest', () => {
    const noise = need(run.snapshot.measured?.noise);
    const nothing = noise.at.step.map(() => NaN);
    const streams = { ...noise.streams, high: { mean: nothing, min: nothing, max: nothing } };
    const measuredNow = { ...run.snapshot.measured, noise: { ...noise, streams } };
    const model = noiseModel(inputOf({ ...run, snapshot: { ...run.snapshot, measured: measuredNow } }), 'log');
    expect(model.series[0]?.max?.at(-1)).toBeGreaterThan(1e6);
    expect(model.y.high).toBeLessThan(1e4);
  });

  it('speaks in plain numbers', () => {
    expect(noiseScaleText({ scale: 123.4, low: 61, high: 298 })).toBe('≈ 120 (61–300)');
    expect(noiseScaleText({ scale: 123.4, low: 61, high: Infinity })).toBe('≈ 120 (61 or more)');
    expect(noiseScaleText({ scale: Infinity, low: 61, high: Infinity })).toBe('above 61');
    expect(noiseScaleText({ scale: Infinity, low: 0, high: Infinity })).toContain('not known yet');
    const noise = { scale: 120, low: 60, high: 300 };
    expect(noiseAdvice(noise, 20)).toContain('wastes little');
    expect(noiseAdvice(noise, 100)).toContain('well below it');
    expect(noiseAdvice(noise, 512)).toContain('larger than pays');
  });
});

/** Whether SGD as this project has it stays bounded on ½λw². */
function isStable(config: Pick<Config, 'nesterov' | 'dampening'>, rate: number, momentum: number, sharpness: number): boolean {
  let [w, v] = [1, sharpness];
  for (let t = 0; t < 20_000 && Math.abs(w) < 1e6; t++) {
    const gradient = sharpness * w;
    v = t === 0 ? gradient : momentum * v + (1 - (config.nesterov ? 0 : config.dampening)) * gradient;
    w -= rate * (momentum === 0 ? gradient : config.nesterov ? gradient + momentum * v : v);
  }
  return Math.abs(w) < 1e6;
}

describe('sharpness', () => {
  it.each([
    ['plain', { nesterov: false, dampening: 0 }, 0],
    ['with momentum', { nesterov: false, dampening: 0 }, 0.9],
    ['with dampened momentum', { nesterov: false, dampening: 0.5 }, 0.8],
    ['with Nesterov momentum', { nesterov: true, dampening: 0 }, 0.9],
  ] as const)('its line is where SGD begins to bounce on a parabola: %s', (_name, rule, momentum) => {
    const bound = stabilityBound({ optimizer: 'sgd', ...rule }, 0.05, momentum) ?? NaN;
    expect(isStable(rule, 0.05, momentum, 0.99 * bound)).toBe(true);
    expect(isStable(rule, 0.05, momentum, 1.01 * bound)).toBe(false);
  });

  it('has the line for SGD alone, and says what it means for the batch', () => {
    const keys = (input: ChartInput) => sharpnessModel(input, 'linear').series.map(({ key }) => key);
    expect(keys(inputOf(run))).toEqual(['bound', 'sharpness']);
    expect(sharpnessModel(inputOf(run), 'linear').subtitle).toContain('small batches');
    const { config } = normalize({ ...measured, batchSize: 200 });
    expect(sharpnessModel(inputOf(run, { config }), 'linear').subtitle).toContain('above the line');
    const adam = drawnRun({ settings: { ...measured, optimizer: 'adam' }, done: 0.5 });
    expect(keys(inputOf(adam))).toEqual(['sharpness']);
    expect(stabilityBound(adam.config, 0.1, 0)).toBeUndefined();
    expect(stabilityBound(run.config, 0, 0)).toBeNaN();
  });

  it('keeps a bound far above from squeezing it', () => {
    const curves = need(run.snapshot.measured?.sharpness);
    const low = need(curves.streams['sharpness']).mean.map((value) => value / 100);
    const sharpness = { ...curves, streams: { sharpness: { mean: low, min: low, max: low } } };
    const far = inputOf({ ...run, snapshot: { ...run.snapshot, measured: { sharpness } } });
    expect(sharpnessModel(far, 'linear').y.high).toBeLessThan(2);
  });
});

describe('the loss chart', () => {
  it('keeps penalties apart from the data loss: areas of their own, one on the other, and words', () => {
    const penalized = drawnRun({ settings: { ...measured, l1: 1e-3, l2: 2e-3, epochs: 20 }, done: 0.5 });
    const { series, summary } = lossModel(inputOf(penalized), 'log');
    const [l2, l1] = ['l2', 'l1'].map((key) => series.find((one) => one.key === key));
    expect([l2?.style, l1?.style]).toEqual(['band', 'band']);
    expect(l2?.min).toEqual(l1?.max);
    expect(plain(summary)).toMatch(/apart from it, L1 penalty [\d.]+ and L2 penalty [\d.]+;/);
    expect(series.find(({ key }) => key === 'training')?.mean).toEqual(penalized.snapshot.steps.streams.loss.mean);
  });
});

/** The estimate on numbers whose truth is known: mean and noise are chosen, batches are drawn, and the interval must hold what it promises. */
import { describe, expect, it } from 'vitest';
import { fillNormal, stream } from '../shared/random.ts';
import { addSample, noiseScaleOf } from './noise-scale.ts';
import type { NoiseSample, NoiseWindow } from './noise-scale.ts';

const dimensions = 20;

/** What the halves of a batch of `batch` examples say, if gradients are G + unit noise in each of 20 dimensions: tr Σ = 20. */
function samples(count: number, squareOfMean: number, batch: number, site: number): NoiseSample[] {
  const noise = new Float32Array(2 * dimensions * count);
  fillNormal(noise, 3, stream.sampling, site, 77);
  const half = batch / 2;
  const entry = Math.sqrt(squareOfMean / dimensions);
  return Array.from({ length: count }, (_, t) => {
    let [square, distance] = [0, 0];
    for (let i = 0; i < dimensions; i++) {
      const [first, second] = [0, 1].map((side) => entry + (noise[(2 * t + side) * dimensions + i] ?? 0) / Math.sqrt(half));
      square += (first ?? 0) * (second ?? 0);
      distance += ((first ?? 0) - (second ?? 0)) ** 2;
    }
    return { square, trace: distance / (2 / half) };
  });
}

function windowOf(list: readonly NoiseSample[], first = 0): NoiseWindow | undefined {
  return list.reduce<NoiseWindow | undefined>((window, sample, i) => addSample(window, first + i, sample), undefined);
}

describe('the gradient noise scale', () => {
  it('finds the ratio that the gradients were made with', () => {
    const { scale = 0, low = 0, high = 0 } = noiseScaleOf(windowOf(samples(256, 2, 16, 1))) ?? {};
    expect(low).toBeLessThan(10);
    expect(high).toBeGreaterThan(10);
    expect(Math.abs(scale / 10 - 1)).toBeLessThan(0.15);
  });

  it.each([
    ['well known', 2, 16, 256],
    ['from few blocks', 2, 16, 64],
    ['hardly a signal', 0.05, 4, 256],
  ] as const)('its interval holds the truth in about 95 of 100 runs: %s', (_name, square, batch, steps) => {
    const truth = dimensions / square;
    const runs = 600;
    const held = Array.from({ length: runs }, (_, run) => noiseScaleOf(windowOf(samples(steps, square, batch, 1000 + run)))).filter(
      (noise) => noise && noise.low <= truth && truth <= noise.high,
    ).length;
    // Three standard deviations of 600 draws at 95 %, and room above for the part below zero that is cut off.
    expect(held / runs).toBeGreaterThan(0.95 - 3 * Math.sqrt((0.95 * 0.05) / runs));
    expect(held / runs).toBeLessThan(0.99);
  });

  it('is open above while no signal can be told from none', () => {
    const noise = noiseScaleOf(windowOf(samples(128, 0, 8, 4)));
    expect(noise?.high).toBe(Infinity);
    expect(noise?.low).toBeGreaterThan(0);
    expect(noise?.low).toBeLessThanOrEqual(noise?.scale ?? 0);
  });

  it('is zero without noise', () => {
    expect(noiseScaleOf(windowOf(Array.from({ length: 80 }, () => ({ square: 3, trace: 0 }))))).toEqual({ scale: 0, low: 0, high: 0 });
  });

  it('says nothing before eight blocks of eight steps, nor from steps that say nothing', () => {
    expect(noiseScaleOf(undefined)).toBeUndefined();
    expect(noiseScaleOf(windowOf(samples(63, 2, 16, 5)))).toBeUndefined();
    expect(noiseScaleOf(windowOf(samples(64, 2, 16, 5)))).toBeDefined();
    expect(noiseScaleOf(windowOf(Array.from({ length: 200 }, () => ({ square: Number.NaN, trace: 1 }))))).toBeUndefined();
  });

  it('forgets what is older than 32 blocks, and starts anew after a gap', () => {
    const recent = samples(256, 2, 16, 6);
    const all = windowOf([...samples(800, 50, 16, 7), ...recent]);
    expect(noiseScaleOf(all)).toEqual(noiseScaleOf(windowOf(recent, 800)));
    expect(noiseScaleOf(addSample(all, 9999, { square: 1, trace: 1 }))).toBeUndefined();
  });

  it('is the same however the window was stored', () => {
    const window = windowOf(samples(100, 2, 16, 8));
    expect(JSON.parse(JSON.stringify(window))).toEqual(window);
  });
});

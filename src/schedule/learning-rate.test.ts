/** The rate by hand-worked examples and bounds; equality with PyTorch is in `schedules.test.ts`. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolve } from '../params/config.ts';
import type { Choices } from '../params/config.ts';
import { learningRateAt } from './learning-rate.ts';
import { previewLearningRate } from './preview.ts';
import { warmupSteps } from './warmup.ts';
import { scheduleOptions } from '../params/options.ts';
import { planRun } from './plan.ts';

/** 20 epochs of 10 steps. */
const setUp = (choices: Choices) => {
  const config = resolve({ trainingSize: 200, batchSize: 20, epochs: 20, learningRate: 1, ...choices });
  return { config, plan: planRun(config, 200) };
};

describe('learningRateAt', () => {
  it('warms up over a share of the planned steps', () => {
    const { config, plan } = setUp({ warmup: 0.05, warmupFrom: 0.5 });
    expect(warmupSteps(config, plan)).toBe(10);
    expect([0, 5, 10, 11].map((step) => learningRateAt(config, plan, step))).toEqual([0.5, 0.75, 1, 1]);
  });

  it('shows the inner schedule the steps after warm-up only', () => {
    const { config, plan } = setUp({ warmup: 100, schedule: 'linear', endFactor: 0 });
    expect([100, 150, 199].map((step) => learningRateAt(config, plan, step))).toEqual([1, 0.5, 1 - 99 / 100]);
    const epochs = setUp({ warmup: 25, schedule: 'step', per: 'epoch', stepSize: 2, gamma: 0.5 });
    expect([44, 45, 64, 65].map((step) => learningRateAt(epochs.config, epochs.plan, step))).toEqual([1, 0.5, 0.5, 0.25]);
  });

  it('keeps counting epochs when the batch size changes during the run', () => {
    const { config } = setUp({ schedule: 'exponential', per: 'epoch', gamma: 0.5 });
    const plan = planRun({ ...config, batchSize: 100 }, 200, { step: 35, epoch: 3, position: 100 });
    expect([35, 36, 37, 38].map((step) => learningRateAt(config, plan, step))).toEqual([2 ** -3, 2 ** -4, 2 ** -4, 2 ** -5]);
  });

  it('keeps a warm-up that is longer than the run within the warm-up', () => {
    const { config, plan } = setUp({ warmup: 400, schedule: 'cosine' });
    expect(learningRateAt(config, plan, 199)).toBe(199 / 400);
  });

  it('lies within 0 and the larger of rate and floor for every schedule', () => {
    const schedules = scheduleOptions.map(({ value }) => value);
    const input = fc.record({
      schedule: fc.constantFrom(...schedules),
      per: fc.constantFrom('step', 'epoch'),
      warmup: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 300 })),
      step: fc.integer({ min: 0, max: 199 }),
      minLr: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(input, ({ step, ...choices }) => {
        const { config, plan } = setUp(choices);
        const rate = learningRateAt(config, plan, step);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});

describe('previewLearningRate', () => {
  it('is the rate that training uses, with first and last step', () => {
    const { config, plan } = setUp({ schedule: 'cosine', warmup: 0.1, epochs: 500 });
    const preview = previewLearningRate(config, plan, 120);
    expect(preview.length).toBeLessThanOrEqual(120);
    expect(preview[0]?.step).toBe(0);
    expect(preview.at(-1)?.step).toBe(plan.totalSteps - 1);
    for (const { step, learningRate } of preview) expect(learningRate).toBe(learningRateAt(config, plan, step));
  });

  it('holds the end of the warm-up and both sides of every drop', () => {
    const { config, plan } = setUp({ schedule: 'step', per: 'epoch', stepSize: 130, gamma: 0.5, epochs: 500, warmup: 333 });
    const steps = previewLearningRate(config, plan, 60).map((point) => point.step);
    for (const corner of [333, 1632, 1633, 2932, 2933, 4232, 4233]) expect(steps).toContain(corner);
  });

  it('stays within its bound when there are more drops than points', () => {
    const { config, plan } = setUp({ schedule: 'exponential', per: 'epoch', epochs: 2000 });
    const preview = previewLearningRate(config, plan, 5000);
    expect(preview.length).toBeLessThanOrEqual(300);
    expect(preview.length).toBeGreaterThan(250);
  });

  it('shows a run of one step', () => {
    const { config, plan } = setUp({ epochs: 0.01 });
    expect(previewLearningRate(config, plan)).toEqual([{ step: 0, learningRate: 1 }]);
  });
});

/** Metrics on cases counted by hand. */
import { describe, expect, it } from 'vitest';
import { accuracy, confusionCounts, metricOf, metricValue, predictClasses, rootMeanSquaredError } from './metrics.ts';
import { tableTask } from './table-task.ts';
import type { Split } from './task.ts';

const binary = { kind: 'binary', outputs: 1, classNames: ['A', 'B'] } as const;
const three = { kind: 'multiclass', outputs: 3, classNames: ['A', 'B', 'C'] } as const;
const splitOf = (...targets: number[]): Split => ({
  count: targets.length,
  inputs: new Float32Array(targets.length),
  targets: Float32Array.from(targets),
});
const logits = Float32Array.of(1, 3, 2, 5, 0, -1, 0, 0, 0, -3, -2, -1);

describe('classes', () => {
  it('binary: answers 1 for a positive logit only', () => {
    expect(accuracy(binary, Float32Array.of(0.1, -0.1, 0, 2), splitOf(1, 0, 0, 0))).toBe(0.75);
  });

  it('several: answers the largest logit, the first of equals', () => {
    expect(Array.from(predictClasses(three, logits).predicted)).toEqual([1, 0, 0, 2]);
    expect(accuracy(three, logits, splitOf(1, 0, 2, 2))).toBe(0.75);
  });

  it('gives the probability of the answer, without overflow', () => {
    const { probability } = predictClasses(three, logits);
    expect(probability[0]).toBeCloseTo(Math.exp(3) / (Math.exp(1) + Math.exp(3) + Math.exp(2)), 6);
    expect(probability[2]).toBeCloseTo(1 / 3, 6);
    expect(predictClasses(three, Float32Array.of(1000, 0, 0)).probability[0]).toBe(1);
    const two = predictClasses(binary, Float32Array.of(-2, 2)).probability;
    expect(two[0]).toBeCloseTo(1 / (1 + Math.exp(-2)), 6);
    expect(two[1]).toBe(two[0]);
  });

  it('counts confusion with true classes in rows', () => {
    const counts = confusionCounts(three, Uint8Array.of(1, 0, 0, 2), splitOf(1, 0, 2, 2));
    expect(Array.from(counts)).toEqual([1, 0, 0, 0, 1, 0, 1, 0, 1]);
  });
});

describe('values', () => {
  const task = { targetStandardization: { mean: Float64Array.of(100), scale: Float64Array.of(10) } };

  it('measures errors in original units', () => {
    const outputs = Float32Array.of(0.3, -0.4, 0);
    expect(rootMeanSquaredError(task, outputs, splitOf(0, 0, 0))).toBeCloseTo(Math.sqrt((9 + 16) / 3), 5);
  });

  it('of a perfect fit to noisy data is the noise', () => {
    const config = {
      task: 'curve',
      noise: 0.2,
      outliers: 0,
      trainingSize: 2000,
      split: 0.5,
      balance: 1,
      classes: 3,
      pixels: '28',
      seed: 1,
    } as const;
    const noisy = tableTask(config, {});
    const ideal = tableTask({ ...config, noise: 0 }, {});
    const { mean, scale } = noisy.targetStandardization;
    const clean = ideal.targetStandardization;
    const outputs = ideal.train.targets.map((z) => (z * clean.scale[0]! + clean.mean[0]! - mean[0]!) / scale[0]!);
    expect(metricValue(noisy, { output: outputs, loss: 0 }, noisy.train)).toBeGreaterThan(0.18);
    expect(metricValue(noisy, { output: outputs, loss: 0 }, noisy.train)).toBeLessThan(0.22);
  });
});

it('names the metric of each kind', () => {
  expect(metricOf({ kind: 'multiclass' })).toEqual({ name: 'accuracy', unit: '', better: 'higher' });
  expect(metricOf({ kind: 'regression' })).toEqual({ name: 'RMSE', unit: '', better: 'lower' });
  expect(metricOf({ kind: 'language', promptLength: 4, masksPrompts: false })).toEqual({ name: 'exact match', unit: '', better: 'higher' });
  expect(metricOf({ kind: 'language', promptLength: 0, masksPrompts: false })).toEqual({
    name: 'bits per character',
    unit: '',
    better: 'lower',
  });
  expect(metricOf({ kind: 'language', promptLength: 0, masksPrompts: true })).toMatchObject({ unit: 'prompts masked' });
});

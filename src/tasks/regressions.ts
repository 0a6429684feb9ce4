/**
 * Regression on generated functions whose values span about ±1. `noise` is the standard deviation of normal noise on the value;
 * `outliers` is the share of points whose value is lifted by 3 to 5. All are lifted to the same side: a squared error is then visibly
 * pulled up by them, which absolute and Huber errors are not. They occur in all splits alike.
 */
import { draw, normalTable, uniformTable } from './examples.ts';
import type { Examples } from './examples.ts';

/** y over x from −3 to 3: nearly two periods of a sine. */
export function curveValue(x: number): number {
  return Math.sin(2 * x);
}

/** z over the square ±2: a hill on the right and a hollow on the left, both of height 1 (x·exp(−x² − y²), scaled). */
export function surfaceValue(x: number, y: number): number {
  return Math.SQRT2 * Math.exp(0.5) * x * Math.exp(-x * x - y * y);
}

interface RegressionOptions {
  readonly total: number;
  readonly noise: number;
  readonly outliers: number;
  readonly seed: number;
}

function examplesOf(
  columns: number,
  halfWidth: number,
  value: (inputs: Float32Array, at: number) => number,
  options: RegressionOptions,
): Examples {
  const { total, noise, outliers, seed } = options;
  const inputs = uniformTable(seed, draw.position, total, columns).map((u) => halfWidth * (2 * u - 1));
  const jitter = normalTable(seed, draw.noise, total, 1);
  const far = uniformTable(seed, draw.outlier, total, 2);
  const targets = new Float32Array(total);
  for (let i = 0; i < total; i++) {
    const lift = far[2 * i]! < outliers ? 3 + 2 * far[2 * i + 1]! : 0;
    targets[i] = value(inputs, i * columns) + noise * jitter[i]! + lift;
  }
  return { count: total, inputs, targets };
}

/** One input, one value. */
export function curveExamples(options: RegressionOptions): Examples {
  return examplesOf(1, 3, (inputs, at) => curveValue(inputs[at]!), options);
}

/** Two inputs, one value. */
export function surfaceExamples(options: RegressionOptions): Examples {
  return examplesOf(2, 2, (inputs, at) => surfaceValue(inputs[at]!, inputs[at + 1]!), options);
}

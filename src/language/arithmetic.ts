/**
 * The few products and norms that a forward pass of one token needs, on plain arrays.
 *
 * Idea: weights are the float32 numbers that were trained, everything computed from them is in double precision. That costs nothing here, where
 * no vector unit is used, and makes the result the exact one, whichever executor trained the weights.
 */
import { epsilon } from '../models/normalization.ts';

/** A linear layer: weights `[in, out]`, and biases where it has them. */
export interface Linear {
  readonly weight: Float32Array;
  readonly bias?: Float32Array | undefined;
}

/** A norm: gains, and shifts where rows are centred first (LayerNorm); without shifts it is RMSNorm. */
export interface Norm {
  readonly gain: Float32Array;
  readonly shift?: Float32Array | undefined;
}

/** `out ← x · weight + bias`. Four rows at a time, so that each sum is loaded and stored a quarter as often. */
export function applyLinear({ weight, bias }: Linear, x: Float64Array, out: Float64Array): void {
  if (bias) out.set(bias);
  else out.fill(0);
  const columns = out.length;
  const fours = x.length - (x.length % 4);
  for (let i = 0; i < fours; i += 4) {
    const [a, b, c, d] = [x[i]!, x[i + 1]!, x[i + 2]!, x[i + 3]!] as const;
    const second = (i + 1) * columns;
    const third = second + columns;
    const fourth = third + columns;
    for (let j = 0, first = i * columns; j < columns; j++, first++)
      out[j] = out[j]! + (a * weight[first]! + b * weight[second + j]! + (c * weight[third + j]! + d * weight[fourth + j]!));
  }
  for (let i = fours; i < x.length; i++) for (let j = 0; j < columns; j++) out[j] = out[j]! + x[i]! * weight[i * columns + j]!;
}

/** `out ← table · x` for a table `[out, in]`: the product with a transposed matrix. */
export function applyTransposed(table: Float32Array, x: Float64Array, out: Float64Array): void {
  const columns = x.length;
  for (let i = 0; i < out.length; i++) {
    const row = i * columns;
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += table[row + j]! * x[j]!;
    out[i] = sum;
  }
}

/** `out ← the norm of x`; both may be the same array. */
export function applyNorm({ gain, shift }: Norm, x: Float64Array, out: Float64Array): void {
  const count = x.length;
  let mean = 0;
  if (shift) for (let i = 0; i < count; i++) mean += x[i]! / count;
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (x[i]! - mean) ** 2 / count;
  const factor = 1 / Math.sqrt(variance + epsilon);
  for (let i = 0; i < count; i++) out[i] = (x[i]! - mean) * factor * gain[i]! + (shift ? shift[i]! : 0);
}

/** Replaces the first `count` numbers from `begin` on by their softmax. */
export function softmaxAt(values: Float64Array, begin: number, count: number): void {
  const end = begin + count;
  let largest = -Infinity;
  for (let i = begin; i < end; i++) largest = Math.max(largest, values[i]!);
  let total = 0;
  for (let i = begin; i < end; i++) total += values[i] = Math.exp(values[i]! - largest);
  for (let i = begin; i < end; i++) values[i] = values[i]! / total;
}

/** Adds `added` to `to`. */
export function addTo(to: Float64Array, added: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] = to[i]! + added[i]!;
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

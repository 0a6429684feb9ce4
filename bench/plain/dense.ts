/**
 * The arithmetic of a dense layer over a batch, in plain loops over typed arrays: rows are examples, weights are `[inputs × outputs]`.
 *
 * Idea: numbers live in Float64Arrays, since JavaScript computes in doubles and would convert at every access; the loops are the
 * shortest that the compiler keeps in registers.
 */

/** Sizes of one layer over one batch. */
export interface DenseSize {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** z = x · w + b. */
export function forward({ batch, inputs, outputs }: DenseSize, x: Float64Array, w: Float64Array, b: Float64Array, z: Float64Array): void {
  for (let row = 0; row < batch; row++) {
    const from = row * inputs;
    const to = row * outputs;
    for (let j = 0; j < outputs; j++) {
      let sum = b[j]!;
      for (let i = 0, at = j; i < inputs; i++, at += outputs) sum += x[from + i]! * w[at]!;
      z[to + j] = sum;
    }
  }
}

/** dw = xᵀ · dz, db = Σ dz. */
export function weightGradient(
  { batch, inputs, outputs }: DenseSize,
  x: Float64Array,
  dz: Float64Array,
  dw: Float64Array,
  db: Float64Array,
): void {
  for (let j = 0; j < outputs; j++) {
    let sum = 0;
    for (let row = 0, at = j; row < batch; row++, at += outputs) sum += dz[at]!;
    db[j] = sum;
  }
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      let sum = 0;
      for (let row = 0, left = i, right = j; row < batch; row++, left += inputs, right += outputs) sum += x[left]! * dz[right]!;
      dw[i * outputs + j] = sum;
    }
  }
}

/** dx = dz · wᵀ. */
export function inputGradient({ batch, inputs, outputs }: DenseSize, dz: Float64Array, w: Float64Array, dx: Float64Array): void {
  for (let row = 0; row < batch; row++) {
    const from = row * outputs;
    for (let i = 0; i < inputs; i++) {
      let sum = 0;
      for (let j = 0; j < outputs; j++) sum += dz[from + j]! * w[i * outputs + j]!;
      dx[row * inputs + i] = sum;
    }
  }
}

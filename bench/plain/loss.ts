/** Losses of a batch: the mean over its examples, and its gradient by the outputs, in place of them. */

/** Losses that the plain step has. */
export type PlainLoss = 'mse' | 'ce';

/** Mean squared error over examples and outputs. `outputs` `[rows × width]` becomes the gradient; `targets` is `[examples × width]`. */
export function squaredError(outputs: Float64Array, targets: Float64Array, rows: Uint32Array, width: number): number {
  const share = 1 / outputs.length;
  let loss = 0;
  for (let row = 0; row < rows.length; row++) {
    const [at, target] = [row * width, rows[row]! * width];
    for (let j = 0; j < width; j++) {
      const error = outputs[at + j]! - targets[target + j]!;
      loss += error * error;
      outputs[at + j] = 2 * share * error;
    }
  }
  return loss * share;
}

/** Mean softmax cross-entropy. `outputs` are logits `[rows × width]`; `targets` are class indices `[examples]`. */
export function crossEntropy(outputs: Float64Array, targets: Float64Array, rows: Uint32Array, width: number): number {
  const share = 1 / rows.length;
  let loss = 0;
  for (let row = 0; row < rows.length; row++) {
    const at = row * width;
    const label = targets[rows[row]!]!;
    let largest = outputs[at]!;
    for (let j = 1; j < width; j++) if (outputs[at + j]! > largest) largest = outputs[at + j]!;
    const shifted = outputs[at + label]! - largest;
    let total = 0;
    for (let j = 0; j < width; j++) {
      const power = Math.exp(outputs[at + j]! - largest);
      outputs[at + j] = power;
      total += power;
    }
    loss += Math.log(total) - shifted;
    const scale = share / total;
    for (let j = 0; j < width; j++) outputs[at + j]! *= scale;
    outputs[at + label]! -= share;
  }
  return loss * share;
}

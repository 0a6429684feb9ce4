/** Exponential smoothing of a curve for the eye: `s = a·s + (1 − a)·v`, corrected for its start so that the first point is itself. */

/** `amount` 0 (as it is) to below 1. Non-finite points stay where they are and are not mixed into others. */
export function smooth(values: Float64Array, amount: number): Float64Array {
  if (amount <= 0) return values;
  const result = new Float64Array(values.length);
  let [level, weight] = [0, 0];
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      result[i] = value;
      continue;
    }
    level = amount * level + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    result[i] = level / weight;
  }
  return result;
}

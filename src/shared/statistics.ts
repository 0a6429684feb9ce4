/** Means and spreads, in double precision whatever the input. */

/** Mean and population standard deviation of each column of a row-major table, by two passes. */
export function columnMoments(
  values: Float32Array,
  columns: number,
): { readonly mean: Float64Array<ArrayBuffer>; readonly deviation: Float64Array<ArrayBuffer> } {
  const rows = values.length / columns;
  const mean = new Float64Array(columns);
  const variance = new Float64Array(columns);
  for (let i = 0; i < values.length; i++) mean[i % columns]! += values[i]! / rows;
  for (let i = 0; i < values.length; i++) variance[i % columns]! += (values[i]! - mean[i % columns]!) ** 2 / rows;
  return { mean, deviation: variance.map(Math.sqrt) };
}

/** The nearest-rank percentile: the least value that at least `percent` % of the finite ones do not exceed. NaN if there is none. */
export function percentileOf(values: Float64Array, percent: number): number {
  const sorted = values.filter(Number.isFinite).sort();
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

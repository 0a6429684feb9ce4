/** How far two arrays are apart: the largest |aᵢ − bᵢ| / max(|bᵢ|, 1e-3 · max|b|), the measure of the recorded references. */
export function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const expected = Array.from(b);
  const floor = 1e-3 * Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((y, i) => Math.abs((a[i] ?? Number.NaN) - y) / (floor === 0 ? 1 : Math.max(Math.abs(y), floor))));
}

/**
 * The largest |aᵢ − bᵢ|, as a share of the largest |bᵢ| but at least of `least`: for float32, where small entries are often
 * differences of large ones (1 − tanh²) and hold no more digits than those.
 */
export function gapToLargest(a: ArrayLike<number>, b: ArrayLike<number>, least = 0): number {
  const expected = Array.from(b);
  const scale = Math.max(least, ...expected.map(Math.abs)) || 1;
  return Math.max(...expected.map((y, i) => Math.abs((a[i] ?? Number.NaN) - y) / scale));
}

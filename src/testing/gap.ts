/** How far two arrays are apart: the largest |aᵢ − bᵢ| / max(|bᵢ|, 1e-3 · max|b|), the measure of the recorded references. */
export function gap(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const expected = Array.from(b);
  const floor = 1e-3 * Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((y, i) => Math.abs((a[i] ?? Number.NaN) - y) / (floor === 0 ? 1 : Math.max(Math.abs(y), floor))));
}

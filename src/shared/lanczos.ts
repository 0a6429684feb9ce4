/**
 * The largest eigenvalue of a symmetric operator that is known only by its products with vectors.
 *
 * Idea: power iteration multiplies a vector by the operator again and again and looks at the last one only. Lanczos (1950) does the same
 * products and looks at the space of all of them: it finds the largest eigenvalue (not the largest in size) in 10 to 20 products where
 * power iteration needs a hundred. Every new vector is made orthogonal to all before it, twice: that costs little beside a product.
 */

/** Multiplies a unit vector by the operator. */
export type Product = (vector: Float64Array) => Promise<Float64Array>;

/** When to stop: at this many products, or once an eigenvalue lies within `tolerance` (relative) for certain. */
export interface LanczosOptions {
  readonly most: number;
  readonly tolerance: number;
}

/** The largest eigenvalue, from a start vector that is not zero. NaN as soon as a product is not finite. */
export async function largestEigenvalue(product: Product, start: Float64Array, { most, tolerance }: LanczosOptions): Promise<number> {
  const basis: Float64Array[] = [scaled(start, 1 / length(start))];
  const diagonal: number[] = [];
  const beside: number[] = [];
  let value = Number.NaN;
  while (diagonal.length < Math.min(most, start.length)) {
    const vector = basis.at(-1) ?? start;
    const next = Float64Array.from(await product(vector));
    diagonal.push(dot(vector, next));
    for (let round = 0; round < 2; round++) for (const known of basis) subtract(next, known, dot(known, next));
    const rest = length(next);
    if (!Number.isFinite(rest)) return Number.NaN;
    value = largestOfTridiagonal(diagonal, beside);
    // The residual of the eigenvector is a bound on the error of its eigenvalue.
    const error = rest * lastComponent(diagonal, beside, value);
    if (error <= tolerance * Math.abs(value)) return value;
    beside.push(rest);
    basis.push(scaled(next, 1 / rest));
  }
  return value;
}

/** Largest eigenvalue of a symmetric tridiagonal matrix, by bisection on the number of eigenvalues below (Sturm). */
export function largestOfTridiagonal(diagonal: readonly number[], beside: readonly number[]): number {
  const at = (values: readonly number[], i: number) => Math.abs(values[i] ?? 0);
  let low = Math.max(...diagonal);
  let high = Math.max(
    ...diagonal.map((value, i) => value + (i > 0 ? at(beside, i - 1) : 0) + (i + 1 < diagonal.length ? at(beside, i) : 0)),
  );
  while (high - low > 1e-14 * Math.max(Math.abs(high), Math.abs(low))) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (allBelow(diagonal, beside, middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Whether all eigenvalues are below `value`: the pivots of the shifted matrix are all negative. */
function allBelow(diagonal: readonly number[], beside: readonly number[], value: number): boolean {
  let pivot = -1;
  for (const [i, entry] of diagonal.entries()) {
    pivot = entry - value - (i > 0 ? (beside[i - 1] ?? 0) ** 2 / pivot : 0);
    if (pivot >= 0) return false;
  }
  return true;
}

/** Size of the last entry of the unit eigenvector of `value`. */
function lastComponent(diagonal: readonly number[], beside: readonly number[], value: number): number {
  let [before, now, squares] = [0, 1, 1];
  for (let i = 0; i + 1 < diagonal.length; i++) {
    const next = ((value - (diagonal[i] ?? 0)) * now - (i > 0 ? (beside[i - 1] ?? 0) : 0) * before) / (beside[i] ?? 1);
    [before, now] = [now, next];
    squares += next * next;
  }
  return Math.abs(now) / Math.sqrt(squares);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function length(a: Float64Array): number {
  return Math.sqrt(dot(a, a));
}

function scaled(a: Float64Array, factor: number): Float64Array {
  return a.map((value) => value * factor);
}

function subtract(from: Float64Array, what: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = from[i]! - factor * what[i]!;
}

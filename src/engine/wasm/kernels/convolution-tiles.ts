/**
 * The inner loops of convolutions over six rows of a result at once, pixels or places under the kernel, by eight columns: twelve sums, as many as keep
 * a processor busy although each multiply-add waits for the one before. `tiles.ts` has the same over four rows, for what six leave over; the order
 * in which a sum is made is the same in both. Unrolled by hand: the compiler's optimizer would reorder the sums and spill (docs/decisions/013).
 */
import { storeRow } from './tiles';
import { multiplyAdd } from './vector';

/** Rows `aStep` bytes apart, each contiguous; the inner dimension comes in `runs` of `runLength`, `runStep` bytes apart. `rows`: five or six. */
export function sixPixels(
  a: usize,
  aStep: usize,
  runLength: usize,
  runs: usize,
  runStep: usize,
  b: usize,
  bStep: usize,
  to: usize,
  toStep: usize,
  rows: usize,
  columns: usize,
  base: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  let d4 = c0;
  let d5 = c0;
  let low: v128;
  let high: v128;
  let x: v128;
  for (; runs > 0; runs--) {
    let a0 = a;
    let a1 = a0 + aStep;
    let a2 = a1 + aStep;
    let a3 = a2 + aStep;
    let a4 = a3 + aStep;
    let a5 = rows > 5 ? a4 + aStep : a4;
    for (let k = runLength; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(a0);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a1);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a2);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a3);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      x = v128.load32_splat(a4);
      c4 = multiplyAdd(x, low, c4);
      d4 = multiplyAdd(x, high, d4);
      x = v128.load32_splat(a5);
      c5 = multiplyAdd(x, low, c5);
      d5 = multiplyAdd(x, high, d5);
      a0 += 4;
      a1 += 4;
      a2 += 4;
      a3 += 4;
      a4 += 4;
      a5 += 4;
      b += bStep;
    }
    a += runStep;
  }
  storeRow(to, c0, d0, base, columns);
  storeRow(to + toStep, c1, d1, base, columns);
  storeRow(to + 2 * toStep, c2, d2, base, columns);
  storeRow(to + 3 * toStep, c3, d3, base, columns);
  storeRow(to + 4 * toStep, c4, d4, base, columns);
  if (rows > 5) storeRow(to + 5 * toStep, c5, d5, base, columns);
}

/** Six rows that lie side by side at `a`, `aStep` bytes further each time; the result is added to what is there. */
export function sixPlaces(
  a: usize,
  aStep: usize,
  runLength: usize,
  runs: usize,
  runStep: usize,
  b: usize,
  bStep: usize,
  to: usize,
  toStep: usize,
  columns: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  let d4 = c0;
  let d5 = c0;
  let low: v128;
  let high: v128;
  let x: v128;
  for (; runs > 0; runs--) {
    let at = a;
    for (let k = runLength; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(at);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(at, 4);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(at, 8);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(at, 12);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      x = v128.load32_splat(at, 16);
      c4 = multiplyAdd(x, low, c4);
      d4 = multiplyAdd(x, high, d4);
      x = v128.load32_splat(at, 20);
      c5 = multiplyAdd(x, low, c5);
      d5 = multiplyAdd(x, high, d5);
      at += aStep;
      b += bStep;
    }
    a += runStep;
  }
  storeRow(to, c0, d0, to, columns);
  storeRow(to + toStep, c1, d1, to + toStep, columns);
  storeRow(to + 2 * toStep, c2, d2, to + 2 * toStep, columns);
  storeRow(to + 3 * toStep, c3, d3, to + 3 * toStep, columns);
  storeRow(to + 4 * toStep, c4, d4, to + 4 * toStep, columns);
  storeRow(to + 5 * toStep, c5, d5, to + 5 * toStep, columns);
}

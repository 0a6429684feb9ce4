/**
 * The inner loops of large products: panels of several rows of the left side and of eight columns of the right one, packed side by side so that
 * both are read straight ahead.
 *
 * Six rows by eight columns are twelve sums, a vector of each side and one to spread a number in: the fifteen registers that V8 leaves, and the
 * twelve sums that keep two multiply-adds a cycle busy. Four rows are for what six leave over. Where `rows` or `columns` is less than a tile,
 * the rest is computed but not stored. Unrolled by hand: the compiler's optimizer would reorder the sums and spill (docs/decisions/013).
 *
 * A tile may tell its sums on its way: with `next` it stores them after `count` places to `to`, goes on over `more` places and stores what it comes
 * to at `next`, bit for bit what it would have come to at once.
 */
import { storeRow } from './tiles';
import { multiplyAdd } from './vector';

/** Up to six rows: 24 bytes of `a` and 32 of `b` for each of `count` places of the inner dimension. */
export function sixRowTile(
  a: usize,
  b: usize,
  count: usize,
  to: usize,
  toStep: usize,
  rows: usize,
  columns: usize,
  base: usize,
  baseStep: usize,
  more: usize,
  next: usize,
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
  while (true) {
    for (let k = count >> 1; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(a);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 4);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 8);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 12);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      x = v128.load32_splat(a, 16);
      c4 = multiplyAdd(x, low, c4);
      d4 = multiplyAdd(x, high, d4);
      x = v128.load32_splat(a, 20);
      c5 = multiplyAdd(x, low, c5);
      d5 = multiplyAdd(x, high, d5);
      low = v128.load(b, 32);
      high = v128.load(b, 48);
      x = v128.load32_splat(a, 24);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 28);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 32);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 36);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      x = v128.load32_splat(a, 40);
      c4 = multiplyAdd(x, low, c4);
      d4 = multiplyAdd(x, high, d4);
      x = v128.load32_splat(a, 44);
      c5 = multiplyAdd(x, low, c5);
      d5 = multiplyAdd(x, high, d5);
      a += 48;
      b += 64;
    }
    for (let k = count & 1; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(a);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 4);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 8);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 12);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      x = v128.load32_splat(a, 16);
      c4 = multiplyAdd(x, low, c4);
      d4 = multiplyAdd(x, high, d4);
      x = v128.load32_splat(a, 20);
      c5 = multiplyAdd(x, low, c5);
      d5 = multiplyAdd(x, high, d5);
      a += 24;
      b += 32;
    }
    storeRow(to, c0, d0, base, columns);
    if (rows > 1) storeRow(to + toStep, c1, d1, base + baseStep, columns);
    if (rows > 2) storeRow(to + 2 * toStep, c2, d2, base + 2 * baseStep, columns);
    if (rows > 3) storeRow(to + 3 * toStep, c3, d3, base + 3 * baseStep, columns);
    if (rows > 4) storeRow(to + 4 * toStep, c4, d4, base + 4 * baseStep, columns);
    if (rows > 5) storeRow(to + 5 * toStep, c5, d5, base + 5 * baseStep, columns);
    if (!next) return;
    to = next;
    next = 0;
    count = more;
  }
}

/** Up to four rows: 16 bytes of `a` and 32 of `b` for each place. */
export function fourRowTile(
  a: usize,
  b: usize,
  count: usize,
  to: usize,
  toStep: usize,
  rows: usize,
  columns: usize,
  base: usize,
  baseStep: usize,
  more: usize,
  next: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  let low: v128;
  let high: v128;
  let x: v128;
  while (true) {
    for (let k = count >> 1; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(a);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 4);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 8);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 12);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      low = v128.load(b, 32);
      high = v128.load(b, 48);
      x = v128.load32_splat(a, 16);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 20);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 24);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 28);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      a += 32;
      b += 64;
    }
    for (let k = count & 1; k > 0; k--) {
      low = v128.load(b);
      high = v128.load(b, 16);
      x = v128.load32_splat(a);
      c0 = multiplyAdd(x, low, c0);
      d0 = multiplyAdd(x, high, d0);
      x = v128.load32_splat(a, 4);
      c1 = multiplyAdd(x, low, c1);
      d1 = multiplyAdd(x, high, d1);
      x = v128.load32_splat(a, 8);
      c2 = multiplyAdd(x, low, c2);
      d2 = multiplyAdd(x, high, d2);
      x = v128.load32_splat(a, 12);
      c3 = multiplyAdd(x, low, c3);
      d3 = multiplyAdd(x, high, d3);
      a += 16;
      b += 32;
    }
    storeRow(to, c0, d0, base, columns);
    if (rows > 1) storeRow(to + toStep, c1, d1, base + baseStep, columns);
    if (rows > 2) storeRow(to + 2 * toStep, c2, d2, base + 2 * baseStep, columns);
    if (rows > 3) storeRow(to + 3 * toStep, c3, d3, base + 3 * baseStep, columns);
    if (!next) return;
    to = next;
    next = 0;
    count = more;
  }
}

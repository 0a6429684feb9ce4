/**
 * The inner loops of products that read their operands where they lie: four rows by eight (or four) columns of a result in eight registers, over
 * the whole inner dimension.
 *
 * Two ways to read the left side: rows that are each contiguous (`rowTile`), and columns that are (`columnTile`). The inner dimension may come in
 * several runs, as the rows of an image under a convolution's kernel do. Where `rows` or `columns` is less than a tile, the rest is computed but
 * not stored; the caller lets the addresses of missing rows repeat others.
 * Two places of the inner dimension at a time, so that stepping on keeps up with eight multiply-adds.
 * Unrolled by hand: the compiler's optimizer would reorder the sums and spill (docs/decisions/013).
 */
import { multiplyAdd, storeLanes } from './vector';

/** Result row = base row + sums; at most eight columns. @inline */
export function storeRow(to: usize, low: v128, high: v128, base: usize, columns: usize): void {
  low = f32x4.add(v128.load(base), low);
  if (columns >= 8) {
    v128.store(to, low);
    v128.store(to, f32x4.add(v128.load(base, 16), high), 16);
  } else if (columns >= 4) {
    v128.store(to, low);
    storeLanes(to + 16, f32x4.add(v128.load(base, 16), high), columns - 4);
  } else {
    storeLanes(to, low, columns);
  }
}

/** `b` is read with `bStep` bytes a row, the left side at `a0` … `a3`, 4 bytes further each time, `runStep` bytes further each run. */
export function rowTile(
  a0: usize,
  a1: usize,
  a2: usize,
  a3: usize,
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
  baseStep: usize,
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
  const next = runStep - (runLength << 2);
  const wide = columns > 4;
  for (; runs > 0; runs--) {
    const end = a0 + (runLength << 2);
    if (wide) {
      const pairsEnd = end - 4;
      while (a0 < pairsEnd) {
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
        b += bStep;
        low = v128.load(b);
        high = v128.load(b, 16);
        x = v128.load32_splat(a0, 4);
        c0 = multiplyAdd(x, low, c0);
        d0 = multiplyAdd(x, high, d0);
        x = v128.load32_splat(a1, 4);
        c1 = multiplyAdd(x, low, c1);
        d1 = multiplyAdd(x, high, d1);
        x = v128.load32_splat(a2, 4);
        c2 = multiplyAdd(x, low, c2);
        d2 = multiplyAdd(x, high, d2);
        x = v128.load32_splat(a3, 4);
        c3 = multiplyAdd(x, low, c3);
        d3 = multiplyAdd(x, high, d3);
        b += bStep;
        a0 += 8;
        a1 += 8;
        a2 += 8;
        a3 += 8;
      }
      if (a0 < end) {
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
        b += bStep;
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
      }
    } else {
      while (a0 < end) {
        low = v128.load(b);
        c0 = multiplyAdd(v128.load32_splat(a0), low, c0);
        c1 = multiplyAdd(v128.load32_splat(a1), low, c1);
        c2 = multiplyAdd(v128.load32_splat(a2), low, c2);
        c3 = multiplyAdd(v128.load32_splat(a3), low, c3);
        a0 += 4;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        b += bStep;
      }
    }
    a0 += next;
    a1 += next;
    a2 += next;
    a3 += next;
  }
  storeRow(to, c0, d0, base, columns);
  if (rows > 1) storeRow(to + toStep, c1, d1, base + baseStep, columns);
  if (rows > 2) storeRow(to + 2 * toStep, c2, d2, base + 2 * baseStep, columns);
  if (rows > 3) storeRow(to + 3 * toStep, c3, d3, base + 3 * baseStep, columns);
}

/** The left side holds the four rows side by side at `a`, `aStep` bytes further each time, `runStep` bytes further each run. */
export function columnTile(
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
  baseStep: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  const wide = columns > 4;
  for (; runs > 0; runs--) {
    let at = a;
    if (wide) {
      for (let k = runLength; k > 0; k--) {
        const low = v128.load(b);
        const high = v128.load(b, 16);
        let x = v128.load32_splat(at);
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
        at += aStep;
        b += bStep;
      }
    } else {
      for (let k = runLength; k > 0; k--) {
        const low = v128.load(b);
        c0 = multiplyAdd(v128.load32_splat(at), low, c0);
        c1 = multiplyAdd(v128.load32_splat(at, 4), low, c1);
        c2 = multiplyAdd(v128.load32_splat(at, 8), low, c2);
        c3 = multiplyAdd(v128.load32_splat(at, 12), low, c3);
        at += aStep;
        b += bStep;
      }
    }
    a += runStep;
  }
  storeRow(to, c0, d0, base, columns);
  if (rows > 1) storeRow(to + toStep, c1, d1, base + baseStep, columns);
  if (rows > 2) storeRow(to + 2 * toStep, c2, d2, base + 2 * baseStep, columns);
  if (rows > 3) storeRow(to + 3 * toStep, c3, d3, base + 3 * baseStep, columns);
}

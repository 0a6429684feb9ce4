/**
 * Sums and largest values over the middle of three axes: `[…, to, from, outer, middle, inner]`, from `[outer, middle, inner]` to `[outer, inner]`.
 * A single result fills a cell of four.
 *
 * Long sums are cut into runs of 64 whose totals are then added, which keeps the rounding of float32 small; the order is always the same.
 */
import { storeLanes, sumOfLanes, vectorBytes } from './vector';

const runLength: usize = 64;

export function sum(to: usize, from: usize, outer: usize, middle: usize, inner: usize): void {
  if (outer * inner == 1) {
    v128.store(to, f32x4.splat(sumOfRow(from, middle)));
    return;
  }
  for (let i: usize = 0; i < outer; i++) {
    if (inner == 1) store<f32>(to, sumOfRow(from, middle));
    else sumOfColumns(to, from, middle, inner, 0, inner);
    to += inner << 2;
    from += (middle * inner) << 2;
  }
}

/** Contiguous numbers: four vectors side by side, runs added in double precision. */
function sumOfRow(from: usize, count: usize): f32 {
  let total: f64 = 0;
  const end = from + (count << 2);
  while (from + 64 <= end) {
    const runEnd = min(end - 63, from + runLength * 64);
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    while (from < runEnd) {
      a = f32x4.add(a, v128.load(from));
      b = f32x4.add(b, v128.load(from, 16));
      c = f32x4.add(c, v128.load(from, 32));
      d = f32x4.add(d, v128.load(from, 48));
      from += 64;
    }
    total += sumOfLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  while (from < end) {
    total += load<f32>(from);
    from += 4;
  }
  return <f32>total;
}

/** Sums of `columns` columns of `[middle, inner]`, from `first` on. */
export function sumOfColumns(to: usize, from: usize, middle: usize, inner: usize, first: usize, columns: usize): void {
  const rowBytes = inner << 2;
  const end = first + columns;
  let column = first;
  for (; column + 16 <= end; column += 16) sumOfLine(to + (column << 2), from + (column << 2), middle, rowBytes);
  for (; column < end; column += 4) {
    let at = from + (column << 2);
    let total = f32x4.splat(0);
    for (let done: usize = 0; done < middle; done += runLength) {
      const count = min(runLength, middle - done);
      let run = f32x4.splat(0);
      for (let k: usize = 0; k < count; k++) {
        run = f32x4.add(run, v128.load(at));
        at += rowBytes;
      }
      total = f32x4.add(total, run);
    }
    storeUpTo(to + (column << 2), total, end - column);
  }
}

/** The same of sixteen columns, a line of the cache. */
function sumOfLine(to: usize, at: usize, middle: usize, rowBytes: usize): void {
  let t0 = f32x4.splat(0);
  let t1 = t0;
  let t2 = t0;
  let t3 = t0;
  for (let done: usize = 0; done < middle; done += runLength) {
    let r0 = f32x4.splat(0);
    let r1 = r0;
    let r2 = r0;
    let r3 = r0;
    for (let k = min(runLength, middle - done); k > 0; k--) {
      r0 = f32x4.add(r0, v128.load(at));
      r1 = f32x4.add(r1, v128.load(at, 16));
      r2 = f32x4.add(r2, v128.load(at, 32));
      r3 = f32x4.add(r3, v128.load(at, 48));
      at += rowBytes;
    }
    t0 = f32x4.add(t0, r0);
    t1 = f32x4.add(t1, r1);
    t2 = f32x4.add(t2, r2);
    t3 = f32x4.add(t3, r3);
  }
  v128.store(to, t0);
  v128.store(to, t1, 16);
  v128.store(to, t2, 32);
  v128.store(to, t3, 48);
}

/** @inline */
function storeUpTo(to: usize, value: v128, left: usize): void {
  if (left >= 4) v128.store(to, value);
  else storeLanes(to, value, left);
}

function largestOfRow(from: usize, count: usize): f32 {
  let largest: f32 = -Infinity;
  for (const end = from + (count << 2); from < end; from += 4) largest = max<f32>(largest, load<f32>(from));
  return largest;
}

/** The largest; NaN if there is one. */
export function greatest(to: usize, from: usize, outer: usize, middle: usize, inner: usize): void {
  const rowBytes = inner << 2;
  if (outer * inner == 1) {
    v128.store(to, f32x4.splat(largestOfRow(from, middle)));
    return;
  }
  for (let i: usize = 0; i < outer; i++) {
    for (let column: usize = 0; column < inner; column += 4) {
      let at = from + (column << 2);
      let largest = f32x4.splat(-Infinity);
      for (let k: usize = 0; k < middle; k++) {
        largest = f32x4.max(largest, v128.load(at));
        at += rowBytes;
      }
      storeUpTo(to, largest, inner - column);
      to += inner - column >= 4 ? vectorBytes : (inner - column) << 2;
    }
    from += middle * rowBytes;
  }
}

/** Rows brought to mean 0 and mean square 1, or to mean square 1 alone, and the gradient of that. */
import { lanesBelow, multiplyAdd, storeLanes, sumOfLanes, vectorBytes } from './vector';

/** Mean of a row, in all lanes. */
function meanOf(from: usize, count: usize): v128 {
  let total = f32x4.splat(0);
  const end = from + ((count >> 2) << 4);
  while (from < end) {
    total = f32x4.add(total, v128.load(from));
    from += vectorBytes;
  }
  if (count & 3) total = f32x4.add(total, v128.and(v128.load(from), lanesBelow(<i32>(count & 3))));
  return f32x4.splat(sumOfLanes(total) / <f32>count);
}

/** 1 / √(mean of (x − middle)² + ε), in all lanes. */
function scaleOf(from: usize, count: usize, middle: v128, epsilon: f32): v128 {
  let total = f32x4.splat(0);
  const end = from + ((count >> 2) << 4);
  while (from < end) {
    const x = f32x4.sub(v128.load(from), middle);
    total = multiplyAdd(x, x, total);
    from += vectorBytes;
  }
  if (count & 3) {
    const x = v128.and(f32x4.sub(v128.load(from), middle), lanesBelow(<i32>(count & 3)));
    total = multiplyAdd(x, x, total);
  }
  return f32x4.splat(1 / Mathf.sqrt(sumOfLanes(total) / <f32>count + epsilon));
}

/** See `standardize` in graph.ts. `epsilon`: the bits of a float. */
export function standardize(to: usize, from: usize, rows: usize, columns: usize, epsilon: u32, centered: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const middle = centered ? meanOf(from, columns) : f32x4.splat(0);
    const scale = scaleOf(from, columns, middle, reinterpret<f32>(epsilon));
    const end = to + ((columns >> 2) << 4);
    while (to < end) {
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from), middle), scale));
      to += vectorBytes;
      from += vectorBytes;
    }
    const rest = columns & 3;
    storeLanes(to, f32x4.mul(f32x4.sub(v128.load(from), middle), scale), rest);
    to += rest << 2;
    from += rest << 2;
  }
}

/** Mean of dy·y over a row, in all lanes; y = (x − middle)·scale. */
function meanAlong(dy: usize, x: usize, count: usize, middle: v128, scale: v128): v128 {
  let total = f32x4.splat(0);
  const end = x + ((count >> 2) << 4);
  while (x < end) {
    total = multiplyAdd(v128.load(dy), f32x4.sub(v128.load(x), middle), total);
    dy += vectorBytes;
    x += vectorBytes;
  }
  if (count & 3) {
    const last = f32x4.mul(v128.load(dy), f32x4.sub(v128.load(x), middle));
    total = f32x4.add(total, v128.and(last, lanesBelow(<i32>(count & 3))));
  }
  return f32x4.mul(f32x4.splat(sumOfLanes(total) / <f32>count), scale);
}

/** See `standardizeGradient` in graph.ts. */
export function standardizeGradient(to: usize, dy: usize, x: usize, rows: usize, columns: usize, epsilon: u32, centered: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    const middle = centered ? meanOf(x, columns) : f32x4.splat(0);
    const scale = scaleOf(x, columns, middle, reinterpret<f32>(epsilon));
    const level = centered ? meanOf(dy, columns) : f32x4.splat(0);
    const slope = f32x4.mul(meanAlong(dy, x, columns, middle, scale), scale);
    const end = to + ((columns >> 2) << 4);
    while (to < end) {
      const along = f32x4.mul(f32x4.sub(v128.load(x), middle), slope);
      v128.store(to, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(dy), level), along), scale));
      to += vectorBytes;
      dy += vectorBytes;
      x += vectorBytes;
    }
    const rest = columns & 3;
    const along = f32x4.mul(f32x4.sub(v128.load(x), middle), slope);
    storeLanes(to, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(dy), level), along), scale), rest);
    to += rest << 2;
    dy += rest << 2;
    x += rest << 2;
  }
}

/**
 * Rows brought to mean 0 and mean square 1, or to mean square 1 alone, and the gradient of that. Two sums run side by side in each pass: one
 * alone would wait for itself at every addition.
 */
import { lanesBelow, multiplyAdd, storeLanes, sumOfLanes, vectorBytes } from './vector';

/** Mean of a row, in all lanes. @inline */
function meanOf(from: usize, count: usize): v128 {
  let even = f32x4.splat(0);
  let odd = even;
  const end = from + ((count >> 3) << 5);
  while (from < end) {
    even = f32x4.add(even, v128.load(from));
    odd = f32x4.add(odd, v128.load(from, 16));
    from += 2 * vectorBytes;
  }
  if (count & 4) {
    even = f32x4.add(even, v128.load(from));
    from += vectorBytes;
  }
  if (count & 3) odd = f32x4.add(odd, v128.and(v128.load(from), lanesBelow(<i32>(count & 3))));
  return f32x4.splat(sumOfLanes(f32x4.add(even, odd)) / <f32>count);
}

/** 1 / √(mean of (x − middle)² + ε), in all lanes. @inline */
function scaleOf(from: usize, count: usize, middle: v128, epsilon: f32): v128 {
  let even = f32x4.splat(0);
  let odd = even;
  const end = from + ((count >> 3) << 5);
  while (from < end) {
    const x = f32x4.sub(v128.load(from), middle);
    const next = f32x4.sub(v128.load(from, 16), middle);
    even = multiplyAdd(x, x, even);
    odd = multiplyAdd(next, next, odd);
    from += 2 * vectorBytes;
  }
  if (count & 4) {
    const x = f32x4.sub(v128.load(from), middle);
    even = multiplyAdd(x, x, even);
    from += vectorBytes;
  }
  if (count & 3) {
    const x = v128.and(f32x4.sub(v128.load(from), middle), lanesBelow(<i32>(count & 3)));
    odd = multiplyAdd(x, x, odd);
  }
  return f32x4.splat(1 / Mathf.sqrt(sumOfLanes(f32x4.add(even, odd)) / <f32>count + epsilon));
}

/** See `standardize` in graph.ts. `epsilon`: the bits of a float. */
export function standardize(to: usize, from: usize, rows: usize, columns: usize, epsilon: u32, centered: usize): void {
  const rest = columns & 3;
  for (let row: usize = 0; row < rows; row++) {
    const middle = centered ? meanOf(from, columns) : f32x4.splat(0);
    const scale = scaleOf(from, columns, middle, reinterpret<f32>(epsilon));
    const end = to + ((columns >> 2) << 4);
    while (to < end) {
      v128.store(to, f32x4.mul(f32x4.sub(v128.load(from), middle), scale));
      to += vectorBytes;
      from += vectorBytes;
    }
    if (rest) {
      storeLanes(to, f32x4.mul(f32x4.sub(v128.load(from), middle), scale), rest);
      to += rest << 2;
      from += rest << 2;
    }
  }
}

/** See `standardizeGradient` in graph.ts. */
export function standardizeGradient(to: usize, dy: usize, x: usize, rows: usize, columns: usize, epsilon: u32, centered: usize): void {
  const whole = (columns >> 2) << 4;
  const rest = columns & 3;
  for (let row: usize = 0; row < rows; row++) {
    const middle = centered ? meanOf(x, columns) : f32x4.splat(0);
    const level = centered ? meanOf(dy, columns) : f32x4.splat(0);
    // Squares and products with dy in one pass.
    let squares = f32x4.splat(0);
    let products = squares;
    let from = x;
    let slopes = dy;
    let end = x + whole;
    while (from < end) {
      const shifted = f32x4.sub(v128.load(from), middle);
      squares = multiplyAdd(shifted, shifted, squares);
      products = multiplyAdd(v128.load(slopes), shifted, products);
      from += vectorBytes;
      slopes += vectorBytes;
    }
    if (rest) {
      const shifted = v128.and(f32x4.sub(v128.load(from), middle), lanesBelow(<i32>rest));
      squares = multiplyAdd(shifted, shifted, squares);
      products = f32x4.add(products, v128.and(f32x4.mul(v128.load(slopes), shifted), lanesBelow(<i32>rest)));
    }
    const factor: f32 = 1 / Mathf.sqrt(sumOfLanes(squares) / <f32>columns + reinterpret<f32>(epsilon));
    const scale = f32x4.splat(factor);
    const slope = f32x4.splat((sumOfLanes(products) / <f32>columns) * factor * factor);
    end = to + whole;
    while (to < end) {
      const along = f32x4.mul(f32x4.sub(v128.load(x), middle), slope);
      v128.store(to, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(dy), level), along), scale));
      to += vectorBytes;
      dy += vectorBytes;
      x += vectorBytes;
    }
    if (rest) {
      const along = f32x4.mul(f32x4.sub(v128.load(x), middle), slope);
      storeLanes(to, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(dy), level), along), scale), rest);
      to += rest << 2;
      dy += rest << 2;
      x += rest << 2;
    }
  }
}

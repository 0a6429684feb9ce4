/** Pairs of columns turned by an angle that depends on the position of their row. */
import { storeLanes, vectorBytes } from './vector';

/** See `rotate` in graph.ts: `heads` times two halves of `half` columns in each of `rows` rows; `positions` rows of tables. */
export function rotate(
  to: usize,
  from: usize,
  cosines: usize,
  sines: usize,
  rows: usize,
  heads: usize,
  half: usize,
  positions: usize,
): void {
  const bytes = half << 2;
  for (let row: usize = 0; row < rows; row++) {
    const offset = (row % positions) * bytes;
    for (let head: usize = 0; head < heads; head++) {
      turn(to, from, cosines + offset, sines + offset, half);
      to += 2 * bytes;
      from += 2 * bytes;
    }
  }
}

/** The two halves of a head. */
function turn(to: usize, from: usize, cosines: usize, sines: usize, half: usize): void {
  const bytes = half << 2;
  for (let i: usize = 0; i < half; i += 4) {
    const cosine = v128.load(cosines);
    const sine = v128.load(sines);
    const a = v128.load(from);
    const b = v128.load(from + bytes);
    const first = f32x4.sub(f32x4.mul(a, cosine), f32x4.mul(b, sine));
    const second = f32x4.add(f32x4.mul(b, cosine), f32x4.mul(a, sine));
    if (half - i >= 4) {
      v128.store(to, first);
      v128.store(to + bytes, second);
    } else {
      storeLanes(to, first, half - i);
      storeLanes(to + bytes, second, half - i);
    }
    to += vectorBytes;
    from += vectorBytes;
    cosines += vectorBytes;
    sines += vectorBytes;
  }
}

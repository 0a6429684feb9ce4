/**
 * Philox 4×32-10 (`shared/philox.ts`), four blocks side by side: each lane has a counter of its own.
 */

/**
 * Writes the sixteen words of the blocks with counters (first … first + 3, a, b, 0) to `at`, in order. The two products of a round are made of
 * 32-bit lanes widened to 64; their high and low halves are then sorted out again.
 */
export function fourBlocks(at: usize, first: u32, a: u32, b: u32, seed: u32, stream: u32): void {
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  const weyl0 = i32x4.splat(0x9e3779b9);
  const weyl1 = i32x4.splat(0xbb67ae85);
  let x0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let x1 = i32x4.splat(a);
  let x2 = i32x4.splat(b);
  let x3 = i32x4.splat(0);
  let k0 = i32x4.splat(seed);
  let k1 = i32x4.splat(stream);
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(x0, multiplier0);
    const high0 = i64x2.extmul_high_i32x4_u(x0, multiplier0);
    const low1 = i64x2.extmul_low_i32x4_u(x2, multiplier1);
    const high1 = i64x2.extmul_high_i32x4_u(x2, multiplier1);
    x0 = v128.xor(v128.xor(i32x4.shuffle(low1, high1, 1, 3, 5, 7), x1), k0);
    x1 = i32x4.shuffle(low1, high1, 0, 2, 4, 6);
    x2 = v128.xor(v128.xor(i32x4.shuffle(low0, high0, 1, 3, 5, 7), x3), k1);
    x3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, weyl0);
    k1 = i32x4.add(k1, weyl1);
  }
  const early01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const late01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const early23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const late23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  v128.store(at, i64x2.shuffle(early01, early23, 0, 2));
  v128.store(at, i64x2.shuffle(early01, early23, 1, 3), 16);
  v128.store(at, i64x2.shuffle(late01, late23, 0, 2), 32);
  v128.store(at, i64x2.shuffle(late01, late23, 1, 3), 48);
}

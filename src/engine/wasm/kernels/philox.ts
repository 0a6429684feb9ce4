/**
 * Philox 4×32-10 (`shared/philox.ts`), four blocks side by side: each lane has a counter of its own.
 */

/** The high halves of the products of two rounds' 32-bit lanes, from products widened to 64. @inline */
function highHalves(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 1, 3, 5, 7);
}

/** The low halves. @inline */
function lowHalves(low: v128, high: v128): v128 {
  return i32x4.shuffle(low, high, 0, 2, 4, 6);
}

/** Writes what four blocks came to, block by block. @inline */
function storeBlocks(at: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const early01 = i32x4.shuffle(x0, x1, 0, 4, 1, 5);
  const late01 = i32x4.shuffle(x0, x1, 2, 6, 3, 7);
  const early23 = i32x4.shuffle(x2, x3, 0, 4, 1, 5);
  const late23 = i32x4.shuffle(x2, x3, 2, 6, 3, 7);
  v128.store(at, i64x2.shuffle(early01, early23, 0, 2));
  v128.store(at, i64x2.shuffle(early01, early23, 1, 3), 16);
  v128.store(at, i64x2.shuffle(late01, late23, 0, 2), 32);
  v128.store(at, i64x2.shuffle(late01, late23, 1, 3), 48);
}

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
    x0 = v128.xor(v128.xor(highHalves(low1, high1), x1), k0);
    x1 = lowHalves(low1, high1);
    x2 = v128.xor(v128.xor(highHalves(low0, high0), x3), k1);
    x3 = lowHalves(low0, high0);
    k0 = i32x4.add(k0, weyl0);
    k1 = i32x4.add(k1, weyl1);
  }
  storeBlocks(at, x0, x1, x2, x3);
}

/** The same for eight blocks, thirty-two words: each round waits for the one before, and two at a time wait no longer. */
export function eightBlocks(at: usize, first: u32, a: u32, b: u32, seed: u32, stream: u32): void {
  const multiplier0 = i32x4.splat(0xd2511f53);
  const multiplier1 = i32x4.splat(0xcd9e8d57);
  let x0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let y0 = i32x4.add(i32x4.splat(first), i32x4(4, 5, 6, 7));
  let x1 = i32x4.splat(a);
  let y1 = x1;
  let x2 = i32x4.splat(b);
  let y2 = x2;
  let x3 = i32x4.splat(0);
  let y3 = x3;
  for (let round = 0; round < 10; round++) {
    const xLow0 = i64x2.extmul_low_i32x4_u(x0, multiplier0);
    const yLow0 = i64x2.extmul_low_i32x4_u(y0, multiplier0);
    const xHigh0 = i64x2.extmul_high_i32x4_u(x0, multiplier0);
    const yHigh0 = i64x2.extmul_high_i32x4_u(y0, multiplier0);
    const xLow1 = i64x2.extmul_low_i32x4_u(x2, multiplier1);
    const yLow1 = i64x2.extmul_low_i32x4_u(y2, multiplier1);
    const xHigh1 = i64x2.extmul_high_i32x4_u(x2, multiplier1);
    const yHigh1 = i64x2.extmul_high_i32x4_u(y2, multiplier1);
    const k0 = i32x4.splat(seed);
    const k1 = i32x4.splat(stream);
    x0 = v128.xor(v128.xor(highHalves(xLow1, xHigh1), x1), k0);
    y0 = v128.xor(v128.xor(highHalves(yLow1, yHigh1), y1), k0);
    x1 = lowHalves(xLow1, xHigh1);
    y1 = lowHalves(yLow1, yHigh1);
    x2 = v128.xor(v128.xor(highHalves(xLow0, xHigh0), x3), k1);
    y2 = v128.xor(v128.xor(highHalves(yLow0, yHigh0), y3), k1);
    x3 = lowHalves(xLow0, xHigh0);
    y3 = lowHalves(yLow0, yHigh0);
    seed += 0x9e3779b9;
    stream += 0xbb67ae85;
  }
  storeBlocks(at, x0, x1, x2, x3);
  storeBlocks(at + 64, y0, y1, y2, y3);
}

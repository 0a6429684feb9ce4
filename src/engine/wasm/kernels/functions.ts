/** The exponential of four floats at once, as `assembly/functions.ts` has it, for kernels that need it. */
import { multiplyAdd } from './vector';

// prettier-ignore
/**
 * Constants of the exponential, each a whole vector: one instruction reads it, where V8 takes three to make a constant, anew at every step of a
 * loop. @inline
 */
const constants = memory.data<f32>([
  89, 89, 89, 89, // 0: bound above
  -104, -104, -104, -104, // 1: bound below
  1.4426950408889634, 1.4426950408889634, 1.4426950408889634, 1.4426950408889634, // 2: 1 / ln 2
  12582912, 12582912, 12582912, 12582912, // 3: 1.5 · 2²³
  -0.693359375, -0.693359375, -0.693359375, -0.693359375, // 4: −ln 2, its first bits
  2.12194440054690583e-4, 2.12194440054690583e-4, 2.12194440054690583e-4, 2.12194440054690583e-4, // 5: the rest of it
  1.0 / 5040.0, 1.0 / 5040.0, 1.0 / 5040.0, 1.0 / 5040.0, // 6: 1/7!
  1.0 / 720.0, 1.0 / 720.0, 1.0 / 720.0, 1.0 / 720.0, // 7: 1/6!
  1.0 / 120.0, 1.0 / 120.0, 1.0 / 120.0, 1.0 / 120.0, // 8: 1/5!
  1.0 / 24.0, 1.0 / 24.0, 1.0 / 24.0, 1.0 / 24.0, // 9: 1/4!
  1.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0, 1.0 / 6.0, // 10: 1/3!
  0.5, 0.5, 0.5, 0.5, // 11: 1/2!
  1, 1, 1, 1, // 12
], 16);

/** One of them. @inline */
function constant(place: usize): v128 {
  return v128.load(constants + (place << 4));
}

/** `one` times 2^n, for whole numbers n −126 … 127: it is added to the exponent. @inline */
function powerOfTwo(n: v128, one: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), one);
}

/** NaN stays NaN. One instruction each, unlike min and max, whose zeros and NaNs follow other rules than the processor's. @inline */
function clamped(x: v128, low: v128, high: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, high), low);
}

/** e^x: x = n·ln 2 + r, e^r by its series to r⁷, then two multiplications by powers of two, so that nothing overflows early. @inline */
export function exponential(x: v128): v128 {
  const bounded = clamped(x, constant(1), constant(0));
  // Adding 1.5·2²³ rounds to a whole number, which then stands in the lowest bits.
  const rounder = constant(3);
  const shifted = multiplyAdd(bounded, constant(2), rounder);
  const n = f32x4.sub(shifted, rounder);
  let r = multiplyAdd(n, constant(4), bounded);
  r = multiplyAdd(n, constant(5), r);
  let y = multiplyAdd(r, constant(6), constant(7));
  y = multiplyAdd(y, r, constant(8));
  y = multiplyAdd(y, r, constant(9));
  y = multiplyAdd(y, r, constant(10));
  y = multiplyAdd(y, r, constant(11));
  y = multiplyAdd(f32x4.mul(y, r), r, r);
  const one = constant(12);
  y = f32x4.add(y, one);
  const whole = i32x4.sub(shifted, rounder);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half, one)), powerOfTwo(i32x4.sub(whole, half), one));
}

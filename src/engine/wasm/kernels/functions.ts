/** The exponential of four floats at once, as `assembly/functions.ts` has it, for kernels that need it. */
import { multiplyAdd } from './vector';

/** 2^n for whole numbers −126 … 127. @inline */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** NaN stays NaN. One instruction each, unlike min and max, whose zeros and NaNs follow other rules than the processor's. @inline */
function clamped(x: v128, low: f32, high: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(high)), f32x4.splat(low));
}

/** e^x: x = n·ln 2 + r, e^r by its series to r⁷, then two multiplications by powers of two, so that nothing overflows early. @inline */
export function exponential(x: v128): v128 {
  const bounded = clamped(x, -104, 89);
  // Adding 1.5·2²³ rounds to a whole number, which then stands in the lowest bits.
  const shifted = multiplyAdd(bounded, f32x4.splat(1.4426950408889634), f32x4.splat(12582912));
  const n = f32x4.sub(shifted, f32x4.splat(12582912));
  let r = multiplyAdd(n, f32x4.splat(-0.693359375), bounded);
  r = multiplyAdd(n, f32x4.splat(2.12194440054690583e-4), r);
  let y = multiplyAdd(r, f32x4.splat(1.0 / 5040.0), f32x4.splat(1.0 / 720.0));
  y = multiplyAdd(y, r, f32x4.splat(1.0 / 120.0));
  y = multiplyAdd(y, r, f32x4.splat(1.0 / 24.0));
  y = multiplyAdd(y, r, f32x4.splat(1.0 / 6.0));
  y = multiplyAdd(y, r, f32x4.splat(0.5));
  y = multiplyAdd(f32x4.mul(y, r), r, r);
  y = f32x4.add(y, f32x4.splat(1));
  const whole = i32x4.sub(shifted, i32x4.splat(0x4b400000));
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(y, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

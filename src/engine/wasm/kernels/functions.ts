/**
 * Exponential, logarithm and their relatives on four floats at once, within a few units in the last place of float32.
 *
 * Series are Taylor's, after the argument has been made small; erf is a quotient of polynomials in x², fitted by weighted least squares (largest
 * error 3e-7). Infinities and NaN come out as `Math` has them.
 */
import { multiplyAdd } from './vector';

/** 2^n for whole numbers −126 … 127. @inline */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** Lanes where `condition` is ones from `a`, else from `b`. @inline */
function choose(condition: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, condition);
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

/** ln(1 + f) for f in [−0.3, 1]: 2·artanh(s) with s = f / (2 + f). @inline */
function logarithmNearOne(f: v128): v128 {
  const s = f32x4.div(f, f32x4.add(f, f32x4.splat(2)));
  const u = f32x4.mul(s, s);
  let y = multiplyAdd(u, f32x4.splat(2.0 / 15.0), f32x4.splat(2.0 / 13.0));
  y = multiplyAdd(y, u, f32x4.splat(2.0 / 11.0));
  y = multiplyAdd(y, u, f32x4.splat(2.0 / 9.0));
  y = multiplyAdd(y, u, f32x4.splat(2.0 / 7.0));
  y = multiplyAdd(y, u, f32x4.splat(2.0 / 5.0));
  y = multiplyAdd(y, u, f32x4.splat(2.0 / 3.0));
  return multiplyAdd(f32x4.mul(y, u), s, f32x4.add(s, s));
}

/** ln x: x = m·2^e with m in [√½, √2). @inline */
export function logarithm(x: v128): v128 {
  const tiny = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const scaled = choose(tiny, f32x4.mul(x, f32x4.splat(8388608)), x);
  // Exponents are counted from √½, so that m is near 1.
  const offset = i32x4.sub(scaled, i32x4.splat(0x3f3504f3));
  const exponent = i32x4.shr_s(offset, 23);
  const m = i32x4.sub(scaled, i32x4.shl(exponent, 23));
  const e = f32x4.sub(f32x4.convert_i32x4_s(exponent), v128.and(tiny, f32x4.splat(23)));
  let y = logarithmNearOne(f32x4.sub(m, f32x4.splat(1)));
  y = multiplyAdd(e, f32x4.splat(-2.12194440054690583e-4), y);
  y = multiplyAdd(e, f32x4.splat(0.693359375), y);
  const infinity = f32x4.splat(Infinity);
  // Infinity and NaN answer with themselves, 0 with −∞, what is below with NaN.
  y = choose(f32x4.lt(x, infinity), y, x);
  y = choose(f32x4.eq(x, f32x4.splat(0)), f32x4.neg(infinity), y);
  return choose(f32x4.lt(x, f32x4.splat(0)), f32x4.splat(NaN), y);
}

/** tanh x = x + x·u·p(u) with u = x² up to 0.55, fitted by least squares; beyond, ±(1 − 2 / (e^2|x| + 1)). @inline */
export function hyperbolicTangent(x: v128): v128 {
  const u = f32x4.mul(x, x);
  let p = multiplyAdd(u, f32x4.splat(-0.0062747858464717865), f32x4.splat(0.021072056144475937));
  p = multiplyAdd(p, u, f32x4.splat(-0.053852397948503494));
  p = multiplyAdd(p, u, f32x4.splat(0.13332587480545044));
  p = multiplyAdd(p, u, f32x4.splat(-0.33333316445350647));
  const small = multiplyAdd(f32x4.mul(x, u), p, x);
  const size = f32x4.abs(x);
  const one = f32x4.splat(1);
  const away = f32x4.div(f32x4.splat(2), f32x4.add(exponential(f32x4.add(size, size)), one));
  const sign = v128.and(x, i32x4.splat(0x80000000));
  return choose(f32x4.lt(size, f32x4.splat(0.55)), small, v128.or(f32x4.sub(one, away), sign));
}

/** erf x @inline */
export function errorFunction(x: v128): v128 {
  const bounded = clamped(x, -3.92, 3.92);
  const u = f32x4.mul(bounded, bounded);
  let p = multiplyAdd(u, f32x4.splat(2.05021115107229e-6), f32x4.splat(2.8487530653364956e-4));
  p = multiplyAdd(p, u, f32x4.splat(0.003765143919736147));
  p = multiplyAdd(p, u, f32x4.splat(0.052747249603271484));
  p = multiplyAdd(p, u, f32x4.splat(0.19039495289325714));
  p = multiplyAdd(p, u, f32x4.splat(1.1283791065216064));
  let q = multiplyAdd(u, f32x4.splat(3.8092628528829664e-5), f32x4.splat(0.0011624273611232638));
  q = multiplyAdd(q, u, f32x4.splat(0.014968258328735828));
  q = multiplyAdd(q, u, f32x4.splat(0.11410439759492874));
  q = multiplyAdd(q, u, f32x4.splat(0.502065896987915));
  q = multiplyAdd(q, u, f32x4.splat(1));
  return clamped(f32x4.div(f32x4.mul(bounded, p), q), -1, 1);
}

/** 1 / (1 + e^−x) @inline */
export function logistic(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exponential(f32x4.neg(x))));
}

/** max(0, x) + ln(1 + e^−|x|) @inline */
export function softPlus(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), logarithmNearOne(exponential(f32x4.neg(f32x4.abs(x)))));
}

/** 1 where the condition is ones, else 0. @inline */
export function asNumber(condition: v128): v128 {
  return v128.and(condition, f32x4.splat(1));
}

/** −1, 0 or 1; 0 for −0, NaN for NaN. @inline */
export function signum(x: v128): v128 {
  const zero = f32x4.splat(0);
  const result = f32x4.sub(asNumber(f32x4.gt(x, zero)), asNumber(f32x4.lt(x, zero)));
  return choose(f32x4.eq(x, x), result, x);
}

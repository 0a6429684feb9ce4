/**
 * Exponential, logarithm and their relatives on four floats at once, within a few units in the last place of float32.
 *
 * Series are Taylor's, after the argument has been made small; erf is a quotient of polynomials in x², fitted by weighted least squares (largest
 * error 3e-7). Infinities and NaN come out as `Math` has them. The kernels have the exponential once more, for softmax.
 */
import type { Vector, VectorCode } from './vector-code.ts';

/** NaN stays NaN. */
function clamped(v: VectorCode, x: Vector, low: number, high: number): Vector {
  return v.quickMax(v.quickMin(x, v.constant(high)), v.constant(low));
}

/** 2^n for whole numbers −126 … 127. */
function powerOfTwo(v: VectorCode, n: Vector): Vector {
  return v.shiftLeft(v.wholeAdd(n, v.bits(127)), 23);
}

/** e^x: x = n·ln 2 + r, e^r by its series to r⁷, then two multiplications by powers of two, so that nothing overflows early. */
export function exponential(v: VectorCode, x: Vector): Vector {
  const bounded = clamped(v, x, -104, 89);
  // Adding 1.5·2²³ rounds to a whole number, which then stands in the lowest bits.
  const shifted = v.multiplyAdd(bounded, v.constant(1.4426950408889634), v.constant(12582912));
  const n = v.sub(shifted, v.constant(12582912));
  const rough = v.multiplyAdd(n, v.constant(-0.693359375), bounded);
  const r = v.multiplyAdd(n, v.constant(2.1219444005469057e-4), rough);
  const series = v.polynomial(r, [1 / 5040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5]);
  const y = v.add(v.multiplyAdd(v.mul(series, r), r, r), v.constant(1));
  const whole = v.wholeSub(shifted, v.bits(0x4b400000));
  const half = v.shiftRight(whole, 1);
  return v.mul(v.mul(y, powerOfTwo(v, half)), powerOfTwo(v, v.wholeSub(whole, half)));
}

/** ln(1 + f) for f in [−0.3, 1]: 2·artanh(s) with s = f / (2 + f). */
function logarithmNearOne(v: VectorCode, f: Vector): Vector {
  const s = v.div(f, v.add(f, v.constant(2)));
  const u = v.mul(s, s);
  const series = v.polynomial(
    u,
    [15, 13, 11, 9, 7, 5, 3].map((odd) => 2 / odd),
  );
  return v.multiplyAdd(v.mul(series, u), s, v.add(s, s));
}

/** ln x: x = m·2^e with m in [√½, √2). */
export function logarithm(v: VectorCode, x: Vector): Vector {
  const tiny = v.below(x, v.constant(1.17549435e-38));
  const scaled = v.choose(tiny, v.mul(x, v.constant(8388608)), x);
  // Exponents are counted from √½, so that m is near 1.
  const exponent = v.shiftRight(v.wholeSub(scaled, v.bits(0x3f3504f3)), 23);
  const m = v.wholeSub(scaled, v.shiftLeft(exponent, 23));
  const e = v.sub(v.toFloats(exponent), v.and(tiny, v.constant(23)));
  const near = logarithmNearOne(v, v.sub(m, v.constant(1)));
  const low = v.multiplyAdd(e, v.constant(-2.1219444005469057e-4), near);
  const y = v.multiplyAdd(e, v.constant(0.693359375), low);
  // Infinity and NaN answer with themselves, 0 with −∞, what is below with NaN.
  const finite = v.choose(v.below(x, v.constant(Infinity)), y, x);
  const notZero = v.choose(v.equal(x, v.constant(0)), v.constant(-Infinity), finite);
  return v.choose(v.below(x, v.constant(0)), v.constant(Number.NaN), notZero);
}

/**
 * tanh by the addition theorem: x = n·ln 2 / 2 + r, where the first part has the tanh (s − 1) / (s + 1) with s = 2^n, and that of r is the odd polynomial
 * t, fitted by weighted least squares up to |r| = 0.1735. Together ((s + 1)·t + (s − 1)) / ((s − 1)·t + (s + 1)). Wrong by 2.5 units in the last place at
 * most, as both sides of the quotient are rounded, by 0.6 on the average up to 9, and by half a unit at most below 0.17 (docs/decisions/025).
 */
export function hyperbolicTangent(v: VectorCode, x: Vector): Vector {
  const bounded = clamped(v, x, -10, 10);
  // The whole number n stands in the lowest bits, as for the exponential.
  const shifted = v.multiplyAdd(bounded, v.constant(2 * Math.LOG2E), v.constant(12582912));
  const n = v.sub(shifted, v.constant(12582912));
  const r = v.minusMultiple(bounded, n, 0.3466796875, Math.LN2 / 2 - 0.3466796875);
  const u = v.mul(r, r);
  const series = v.polynomial(u, [-0.052725588567336716, 0.133311791678143, -0.3333332269153039]);
  const t = v.multiplyAdd(v.mul(r, u), series, r);
  const one = v.constant(1);
  const power = v.wholeAdd(v.shiftLeft(shifted, 23), one);
  const less = v.sub(power, one);
  const more = v.add(power, one);
  return v.div(v.multiplyAdd(more, t, less), v.multiplyAdd(less, t, more));
}

/** erf x */
export function errorFunction(v: VectorCode, x: Vector): Vector {
  const bounded = clamped(v, x, -3.92, 3.92);
  const u = v.mul(bounded, bounded);
  const p = v.polynomial(
    u,
    [2.05021115107229e-6, 2.8487530653364956e-4, 0.003765143919736147, 0.052747249603271484, 0.19039495289325714, 1.1283791065216064],
  );
  const q = v.polynomial(
    u,
    [3.8092628528829664e-5, 0.0011624273611232638, 0.014968258328735828, 0.11410439759492874, 0.502065896987915, 1],
  );
  return clamped(v, v.div(v.mul(bounded, p), q), -1, 1);
}

/** 1 / (1 + e^−x) */
export function logistic(v: VectorCode, x: Vector): Vector {
  const one = v.constant(1);
  return v.div(one, v.add(one, exponential(v, v.neg(x))));
}

/** max(0, x) + ln(1 + e^−|x|) */
export function softPlus(v: VectorCode, x: Vector): Vector {
  return v.add(v.quickMax(x, v.constant(0)), logarithmNearOne(v, exponential(v, v.neg(v.abs(x)))));
}

/** −1, 0 or 1; 0 for −0, NaN for NaN. */
export function signum(v: VectorCode, x: Vector): Vector {
  const [zero, one] = [v.constant(0), v.constant(1)];
  const result = v.sub(v.and(v.above(x, zero), one), v.and(v.below(x, zero), one));
  return v.choose(v.equal(x, x), result, x);
}

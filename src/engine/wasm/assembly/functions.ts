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
 * tanh x = x + x·u·p(u) with u = x² up to 0.66; beyond, ±(1 − 1 / (e^y / 2 + ½)) with y = 2|x|, at most 40, where e^y / 2 is 2^(n − 1)·e^r and
 * r = y − n·ln 2. Both series are fitted by weighted least squares. Wrong by at most 1.3 units in the last place, by a quarter on the average.
 */
export function hyperbolicTangent(v: VectorCode, x: Vector): Vector {
  const u = v.mul(x, x);
  const near = v.polynomial(
    u,
    [-0.005438697058707476, 0.020397255197167397, -0.05366481840610504, 0.1333054006099701, -0.33333247900009155],
  );
  const small = v.multiplyAdd(v.mul(x, u), near, x);
  const size = v.abs(x);
  const bounded = v.quickMin(size, v.constant(20));
  const shifted = v.multiplyAdd(bounded, v.constant(2 * 1.4426950408889634), v.constant(12582912));
  const n = v.sub(shifted, v.constant(12582912));
  // Half of r. What the constant lacks of ln 2 weighs less the larger n is, since all the less of e^y is left then.
  const r = v.multiplyAdd(n, v.constant(-Math.LN2 / 2), bounded);
  const one = v.constant(1);
  const series = v.polynomial(r, [0.08872632682323456, 0.2677699327468872, 0.6666759848594666, 1.333322525024414, 2, 2, 1]);
  const half = v.constant(0.5);
  const power = v.wholeAdd(v.shiftLeft(shifted, 23), half);
  const away = v.div(one, v.multiplyAdd(power, series, half));
  const large = v.or(v.sub(one, away), v.and(x, v.bits(0x80000000)));
  return v.choose(v.below(size, v.constant(0.66)), small, large);
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

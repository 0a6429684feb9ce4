/**
 * The error function in double precision, for GELU, by the rational approximations of Cody, "Rational Chebyshev approximations for the error
 * function" (1969): erf near 0, else e^(x²)·erfc. The tables are his, highest powers last.
 */

const nearNumerator = [3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2, 3.1611237438705656, 1.85777706184603153e-1];
const nearDenominator = [2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2, 2.36012909523441209e1, 1];
const farNumerator = [
  ...[1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3, 8.81952221241769090e2, 2.98635138197400131e2],
  ...[6.61191906371416295e1, 8.88314979438837594, 5.64188496988670089e-1, 2.15311535474403846e-8],
];
const farDenominator = [
  ...[1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3, 3.29079923573345963e3, 1.62138957456669019e3],
  ...[5.37181101862009858e2, 1.17693950891312499e2, 1.57449261107098347e1, 1],
];
const near = 0.46875;
/** From here on erf is 1 in double precision. */
const saturated = 6;

/** erf(x), to about 1e-15. */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude <= near) return (x * polynomial(nearNumerator, x * x)) / polynomial(nearDenominator, x * x);
  if (magnitude >= saturated) return Math.sign(x);
  const rest = (Math.exp(-x * x) * polynomial(farNumerator, magnitude)) / polynomial(farDenominator, magnitude);
  return Math.sign(x) * (1 - rest);
}

function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (let power = coefficients.length - 1; power >= 0; power--) value = value * x + coefficients[power]!;
  return value;
}

/**
 * The error function in double precision, for GELU, by the rational approximations of Cody, "Rational Chebyshev approximations for the error
 * function" (1969): erf near 0, else e^(x²)·erfc. The tables are his, highest powers last.
 */

const nearNumerator = [3209.3775891384694, 377.485237685302, 113.86415415105016, 3.1611237438705655, 0.18577770618460315];
const nearDenominator = [2844.236833439171, 1282.6165260773723, 244.02463793444417, 23.601290952344122, 1];
const farNumerator = [
  ...[1230.3393547979972, 2051.0783778260716, 1712.0476126340707, 881.952221241769, 298.6351381974001],
  ...[66.11919063714163, 8.883149794388377, 0.5641884969886701, 2.1531153547440383e-8],
];
const farDenominator = [
  ...[1230.3393548037495, 3439.3676741437216, 4362.619090143247, 3290.7992357334597, 1621.3895745666903],
  ...[537.1811018620099, 117.6939508913125, 15.744926110709835, 1],
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

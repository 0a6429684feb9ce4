/**
 * Numbers in half precision (IEEE 754 binary16: 1 sign, 5 exponent and 10 fraction bits) as their bit patterns.
 *
 * Idea: counted in steps of the smallest difference at its exponent, a magnitude is a whole number up to 2048; rounded to an even one, it can be
 * added to the bits of the exponent, and what it carries makes the next exponent, a normal number of a subnormal one, or infinity.
 */

const exponentBits = 0x1f;
const infinity = 0x7c00;
const notANumber = 0x7e00;
/** The exponent of the smallest normal number; subnormal ones have its steps. */
const least = -14;
/** Steps in [2^e, 2^(e + 1)]. */
const steps = 1024;

/** The bits nearest to each value, of two equally near the even ones; what is 65,520 or more is infinite. */
export function halfBits(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(values, (value, i) => {
    const sign = (bits[i]! >>> 16) & 0x8000;
    if (Number.isNaN(value)) return sign | notANumber;
    const exponent = Math.max(least, ((bits[i]! >>> 23) & 0xff) - 127);
    if (exponent > 15) return sign | infinity;
    return sign | ((exponent - least) * steps + roundedToEven(Math.abs(value) * 2 ** (10 - exponent)));
  });
}

function roundedToEven(value: number): number {
  const below = Math.floor(value);
  const rest = value - below;
  return below + Number(rest > 0.5 || (rest === 0.5 && below % 2 === 1));
}

/** The values of bits, exactly. */
export function fromHalfBits(bits: Uint16Array): Float32Array<ArrayBuffer> {
  return Float32Array.from(bits, (pattern) => {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern >>> 10) & exponentBits;
    const fraction = pattern % steps;
    if (exponent === exponentBits) return fraction === 0 ? sign * Infinity : Number.NaN;
    return exponent === 0 ? sign * fraction * 2 ** (least - 10) : sign * (steps + fraction) * 2 ** (exponent + least - 11);
  });
}

/** Each value as half precision has it. */
export function roundedToHalf(values: Float32Array): Float32Array<ArrayBuffer> {
  return fromHalfBits(halfBits(values));
}

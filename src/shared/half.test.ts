/** Half precision against NumPy (`scripts/reference/half.py`): all patterns, and every place where rounding turns. */
import { describe, expect, it } from 'vitest';
import { fromHalfBits, halfBits, roundedToHalf } from './half.ts';
import recorded from './half.recorded.json' with { type: 'json' };
import { crc32 } from './hash.ts';

const bytesOf = (array: Float32Array | Uint16Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const patterns = Uint16Array.from({ length: 65_536 }, (_, i) => i);

/** Half-way between neighbours, and the float32 numbers on either side. */
function turningPoints(): Float32Array {
  const steps = [...fromHalfBits(patterns.subarray(0, 0x7c00)), 65_536];
  const middles = Float32Array.from(steps.slice(1), (step, i) => (step + steps[i]!) / 2);
  const bits = Uint32Array.from(new Uint32Array(middles.buffer)).reduce<number[]>((all, middle) => {
    all.push(middle - 1, middle, middle + 1);
    return all;
  }, []);
  return new Float32Array(Uint32Array.from(bits).buffer);
}

describe('half precision', () => {
  it('is widened as by NumPy, all patterns', () => {
    const values = fromHalfBits(patterns);
    // One pattern for NaN: 7fc00000.
    const bits = new Uint32Array(values.buffer);
    values.forEach((value, i) => {
      if (Number.isNaN(value)) bits[i] = 0x7fc00000;
    });
    expect(crc32(bytesOf(values))).toBe(recorded.widenedCrc);
  });

  it('is rounded as by NumPy wherever rounding turns, both signs', () => {
    const points = turningPoints();
    const rounded = halfBits(Float32Array.from([points, points.map((point) => -point)].flatMap((part) => [...part])));
    expect(crc32(bytesOf(rounded))).toBe(recorded.roundedCrc);
  });

  it.each(recorded.examples)('has $value as $bits', ({ value, bits }) => {
    expect([...halfBits(Float32Array.of(value, -value))]).toEqual([bits, bits | 0x8000]);
  });

  it('keeps what it holds already, infinities and NaN too', () => {
    const values = fromHalfBits(patterns);
    expect(roundedToHalf(values).findIndex((value, i) => !Object.is(value, values[i]))).toBe(-1);
    expect([...halfBits(Float32Array.of(Infinity, -Infinity, Number.NaN, -0))]).toEqual([0x7c00, 0xfc00, 0x7e00, 0x8000]);
  });

  it('reads an array that lies somewhere inside a larger buffer', () => {
    expect([...halfBits(Float32Array.of(9, 1, -2).subarray(1))]).toEqual([0x3c00, 0xc000]);
  });
});

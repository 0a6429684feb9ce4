/** Fingerprints against known answers, and that they notice what they should. */
import { describe, expect, it } from 'vitest';
import { crc32, fingerprint } from './hash.ts';

describe('crc32', () => {
  it('gives the check value of the standard', () => {
    expect(crc32(Uint8Array.from('123456789', (digit) => digit.charCodeAt(0)))).toBe(0xcbf43926);
    expect(crc32(new Uint8Array())).toBe(0);
  });
});

describe('fingerprint', () => {
  const values = Float32Array.of(1, 2, 3, 4);
  const base = fingerprint([values]);

  it('is sixteen hexadecimal digits and repeats', () => {
    expect(base).toMatch(/^[0-9a-f]{16}$/);
    expect(fingerprint([Float32Array.of(0, 1, 2, 3, 4).subarray(1)])).toBe(base);
  });

  it('notices a changed value, order, length and division', () => {
    const others = [
      [Float32Array.of(1, 2, 3, 4.000001)],
      [Float32Array.of(2, 1, 3, 4)],
      [Float32Array.of(1, 2, 3, 4, 0)],
      [values.slice(0, 2), values.slice(2)],
      [new Float32Array(), values],
      [values, new Float32Array()],
      [],
    ];
    expect(new Set([base, ...others.map(fingerprint)]).size).toBe(others.length + 1);
  });
});

/** A seal breaks with whatever is changed in the file, and survives being written and read. */
import { describe, expect, it } from 'vitest';
import { isAsSealed, sealed } from './file-seal.ts';
import type { SafetensorsFile } from './safetensors.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const file: SafetensorsFile = {
  tensors: {
    b: { shape: [2], values: Float32Array.of(1, Number.NaN) },
    a: { shape: [1, 3], values: Float64Array.of(0.1, -0, Infinity) },
  },
  metadata: { words: 'größer', other: '{}' },
};

describe('a sealed file', () => {
  const bytes = encodeSafetensors(sealed(file));

  it('is whole after writing and reading, and when sealed twice', () => {
    expect(isAsSealed(decodeSafetensors(bytes))).toBe(true);
    expect(sealed(sealed(file))).toEqual(sealed(file));
  });

  it('is not whole without a seal', () => {
    expect(isAsSealed(file)).toBe(false);
  });

  it('shows a flipped bit wherever the values are', () => {
    for (let at = bytes.length - 32; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1;
      expect(isAsSealed(decodeSafetensors(damaged)), `byte ${String(at)}`).toBe(false);
    }
  });

  it.each<readonly [string, (whole: SafetensorsFile) => SafetensorsFile]>([
    ['a word', ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, words: 'grösser' } })],
    ['a missing word', ({ tensors, metadata: { words: _words, ...rest } }) => ({ tensors, metadata: rest })],
    ['another name', ({ tensors: { a, ...rest }, metadata }) => ({ tensors: { ...rest, c: a! }, metadata })],
    ['another shape', ({ tensors, metadata }) => ({ tensors: { ...tensors, b: { ...tensors['b']!, shape: [2, 1] } }, metadata })],
  ])('shows %s', (_name, change) => {
    expect(isAsSealed(change(sealed(file)))).toBe(false);
  });
});

/** NumPy's formats, byte by byte against its documentation, and against bytes that `numpy.save` wrote. */
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { encodeNpy, encodeNpz, zipFiles } from './npz.ts';

/** `numpy.save(file, numpy.array([[1, 2], [3, 4]], numpy.float32))`, NumPy 1.24, in hexadecimal. */
const saved =
  '934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c2032292c207d202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020202020200a0000803f000000400000404000008040';

const hex = (bytes: Uint8Array) => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

describe('NumPy files', () => {
  it('writes the bytes that numpy.save writes', () => {
    expect(hex(encodeNpy({ shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }))).toBe(saved);
  });

  it.each([
    [new Float64Array(3), "'<f8'", '(3,)'],
    [new Int32Array(3), "'<i4'", '(3,)'],
    [new Uint16Array(3), "'<u2'", '(3,)'],
    [new Uint8Array(3), "'|u1'", '(3,)'],
  ])('names the type of each kind of array', (values, type, shape) => {
    const text = new TextDecoder('latin1').decode(encodeNpy({ shape: [3], values }));
    expect(text).toContain(`'descr': ${type}`);
    expect(text).toContain(`'shape': ${shape}`);
  });

  it('starts the values at a multiple of 64 bytes, whatever the shape', () => {
    for (const shape of [[], [1], [1, 1, 1, 1], new Array<number>(20).fill(1)])
      expect((encodeNpy({ shape, values: new Float64Array(1) }).length - 8) % 64).toBe(0);
  });

  it('refuses a shape that does not fit', () => {
    expect(() => encodeNpy({ shape: [2, 2], values: new Float32Array(3) })).toThrow('[2, 2]');
  });

  it('stores arrays under their names, and equal arrays give equal bytes', () => {
    const arrays = { a: { shape: [1], values: Float32Array.of(5) } };
    const bytes = encodeNpz(arrays);
    expect(Object.keys(unzipSync(bytes))).toEqual(['a.npy']);
    expect(unzipSync(bytes)['a.npy']).toEqual(encodeNpy(arrays.a));
    expect(hex(encodeNpz(arrays))).toBe(hex(bytes));
  });

  it('compresses where it is asked to', () => {
    const files = { text: new Uint8Array(1000) };
    expect(zipFiles(files, true).length).toBeLessThan(zipFiles(files).length / 2);
    expect(unzipSync(zipFiles(files, true))['text']).toEqual(files.text);
  });
});

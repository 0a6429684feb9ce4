/** The safetensors format against a file spelled out byte by byte, and against every kind of damage. */
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors.ts';

const ascii = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** A file with the given header text and values, its header length as it is. */
function fileOf(header: string, values: Uint8Array = new Uint8Array(), length = header.length): Uint8Array {
  const bytes = new Uint8Array(8 + header.length + values.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(ascii(header), 8);
  bytes.set(values, 8 + header.length);
  return bytes;
}

describe('safetensors', () => {
  // [[1, -2]] is 00 00 80 3f, 00 00 00 c0 in little-endian float32; 0.5 is 00 00 00 3f.
  const header =
    '{"__metadata__":{"made by":"hand"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[],"data_offsets":[8,12]}}';
  const padded = header.padEnd(Math.ceil(header.length / 8) * 8, ' ');
  const values = Uint8Array.of(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 0, 0, 0, 0x3f);
  const known = {
    tensors: { a: { shape: [1, 2], values: Float32Array.of(1, -2) }, b: { shape: [], values: Float32Array.of(0.5) } },
    metadata: { 'made by': 'hand' },
  };

  it('writes the bytes of a file made by hand', () => {
    expect(encodeSafetensors({ ...known, tensors: { b: known.tensors.b, a: known.tensors.a } })).toEqual(fileOf(padded, values));
  });

  it('reads a file made by hand, with or without padding', () => {
    expect(decodeSafetensors(fileOf(padded, values))).toEqual(known);
    expect(decodeSafetensors(fileOf(header, values))).toEqual(known);
  });

  it('keeps doubles as doubles, beside floats', () => {
    const file = { tensors: { a: known.tensors.b, d: { shape: [2], values: Float64Array.of(0.1, Number.NaN) } }, metadata: {} };
    expect(decodeSafetensors(encodeSafetensors(file))).toEqual(file);
  });

  it('reads a Buffer of Node, whose slices share its memory', () => {
    expect(decodeSafetensors(Buffer.from(fileOf(padded, values)))).toEqual(known);
  });

  it('reads a file that lies somewhere inside a larger buffer', () => {
    const file = fileOf(padded, values);
    const larger = new Uint8Array(file.length + 10);
    larger.set(file, 3);
    expect(decodeSafetensors(larger.subarray(3, 3 + file.length))).toEqual(known);
  });

  it('returns names and metadata in any script, and values that are not finite', () => {
    const file = {
      tensors: { 'Gewicht.größe/η 學習 🎻%': { shape: [4], values: Float32Array.of(Number.NaN, Infinity, -0, 1e-45) } },
      metadata: { 'naïve 100 %': 'vitesse d’apprentissage η = 0,03 🎻 "quoted"\n%41', empty: '' },
    };
    expect(decodeSafetensors(encodeSafetensors(file))).toEqual(file);
  });

  // 1 is 3c00, −0.1 is ae66, 65504 is 7bff in half precision.
  const halfHeader = '{"__metadata__":{},"h":{"dtype":"F16","shape":[3],"data_offsets":[0,6]}}';
  const halfFile = fileOf(halfHeader.padEnd(Math.ceil(halfHeader.length / 8) * 8, ' '), Uint8Array.of(0, 0x3c, 0x66, 0xae, 0xff, 0x7b));

  it('stores in half precision what it is asked to, and reads it back as float32', () => {
    const file = { tensors: { h: { shape: [3], values: Float32Array.of(1, -0.1, 65504) } }, metadata: {} };
    expect(encodeSafetensors(file, (name) => name === 'h')).toEqual(halfFile);
    expect(decodeSafetensors(halfFile, { half: true }).tensors).toEqual({
      h: { shape: [3], values: Float32Array.of(1, -0.0999755859375, 65504) },
    });
    expect(encodeSafetensors({ ...file, tensors: { h: { shape: [3], values: Float64Array.of(1, -0.1, 65504) } } }, () => true)).toEqual(
      halfFile,
    );
    const mixed = { tensors: { ...file.tensors, full: known.tensors.a }, metadata: {} };
    expect(
      decodeSafetensors(
        encodeSafetensors(mixed, (name) => name === 'h'),
        { half: true },
      ).tensors['full'],
    ).toEqual(known.tensors.a);
  });

  it('refuses half precision where it is not asked for', () => {
    expect(() => decodeSafetensors(halfFile)).toThrow('tensor h is not of type F32 or F64');
  });

  it('returns a file without tensors', () => {
    expect(decodeSafetensors(encodeSafetensors({ tensors: {}, metadata: {} }))).toEqual({ tensors: {}, metadata: {} });
  });

  const good = fileOf(padded, values);

  it.each(Array.from({ length: good.length }, (_, length) => length))('refuses the file cut after %i bytes', (length) => {
    expect(() => decodeSafetensors(good.subarray(0, length))).toThrow(SafetensorsError);
  });

  const entry = (text: string) => fileOf(`{"a":${text}}`, values);
  it.each([
    ['an oversized header', fileOf(padded, values, 2 ** 40), /not a safetensors file/],
    ['a header longer than the file', fileOf(padded, values, 1000), /cut short/],
    ['a header that is no JSON', fileOf('{"a":'), /damaged/],
    ['a header that is no UTF-8', fileOf('{"\xff":1}'), /damaged/],
    ['a header that is a list', fileOf('[1,2]'), /not a table/],
    ['a header that is null', fileOf('null'), /not a table/],
    ['metadata that is no table', fileOf('{"__metadata__":7}'), /metadata/],
    ['an entry that is no table', entry('3'), /tensor a/],
    ['another type', entry('{"dtype":"F16","shape":[2],"data_offsets":[0,4]}'), /F32/],
    ['a negative size', entry('{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}'), /tensor a/],
    ['a fractional size', entry('{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}'), /tensor a/],
    ['offsets in the wrong order', entry('{"dtype":"F32","shape":[2],"data_offsets":[8,0]}'), /wrong size/],
    ['offsets past the end', entry('{"dtype":"F32","shape":[2],"data_offsets":[8,16]}'), /cut short/],
    ['offsets that do not fit the shape', entry('{"dtype":"F32","shape":[3],"data_offsets":[0,8]}'), /wrong size/],
    ['no offsets', entry('{"dtype":"F32","shape":[2]}'), /damaged/],
    [
      'sizes whose product is past all numbers',
      entry('{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,8]}'),
      /size/,
    ],
    ['bytes after the last tensor', Uint8Array.of(...fileOf(padded, values), 0), /goes on after its last tensor/],
    ['a picture', ascii('\x89PNG\r\n\x1a\n0123456789'), /not a safetensors file/],
    ['nothing', new Uint8Array(), /shorter/],
  ])('refuses %s', (_name, bytes, reason) => {
    expect(() => decodeSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => decodeSafetensors(bytes)).toThrow(reason);
  });

  it('a tensor named __proto__ is a tensor like any other', () => {
    const bytes = fileOf('{"__proto__":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', values.slice(0, 8));
    const { tensors } = decodeSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
  });
});

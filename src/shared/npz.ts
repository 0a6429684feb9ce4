/**
 * NumPy's `.npy` and `.npz` formats (version 1.0), so that `numpy.load` reads what is written here.
 *
 * Layout of `.npy`: magic, version, u16 header length, a Python dict as text padded to a multiple of 64, raw little-endian values in
 * row-major order. An `.npz` is a zip of them; entries are stored, since float noise does not shrink.
 */
import { zipSync } from 'fflate';

/** An array as NumPy sees it; the values decide the type. */
export interface NumpyArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;
}

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0];
const alignment = 64;

/** Files in a zip are stamped with a time; a fixed one keeps equal files equal. */
const timestamp = new Date(1980, 0, 1);

function typeOf(values: NumpyArray['values']): string {
  if (values instanceof Float32Array) return '<f4';
  if (values instanceof Float64Array) return '<f8';
  if (values instanceof Int32Array) return '<i4';
  return values instanceof Uint16Array ? '<u2' : '|u1';
}

/** The bytes of one `.npy` file. Throws `RangeError` if the shape does not fit the values. */
export function encodeNpy({ shape, values }: NumpyArray): Uint8Array<ArrayBuffer> {
  if (shape.reduce((product, size) => product * size, 1) !== values.length)
    throw new RangeError(`an array of shape [${shape.join(', ')}] cannot hold ${values.length} values`);
  const tuple = shape.length === 1 ? `(${String(shape[0])},)` : `(${shape.join(', ')})`;
  const text = `{'descr': '${typeOf(values)}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headerLength = Math.ceil((magic.length + 2 + text.length + 1) / alignment) * alignment - magic.length - 2;
  const start = magic.length + 2 + headerLength;
  const bytes = new Uint8Array(start + values.byteLength).fill(0x20, magic.length + 2, start);
  bytes.set(magic);
  new DataView(bytes.buffer).setUint16(magic.length, headerLength, true);
  for (let i = 0; i < text.length; i++) bytes[magic.length + 2 + i] = text.charCodeAt(i);
  bytes[start - 1] = 0x0a;
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start);
  return bytes;
}

/** A zip of files, stored as they are unless `compressed`. Equal files give equal bytes. */
export function zipFiles(files: Readonly<Record<string, Uint8Array>>, compressed = false): Uint8Array<ArrayBuffer> {
  return new Uint8Array(zipSync({ ...files }, { level: compressed ? 6 : 0, mtime: timestamp }));
}

/** The bytes of an `.npz` file of named arrays. */
export function encodeNpz(arrays: Readonly<Record<string, NumpyArray>>): Uint8Array<ArrayBuffer> {
  return zipFiles(Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}.npy`, encodeNpy(array)])));
}

/**
 * The safetensors file format (Hugging Face): named tensors, float32 or float64, with a text header. Where it is asked for, float32 values are
 * stored in half precision (float16).
 *
 * Layout: u64 little-endian header length, JSON header, raw values. The header maps each name to
 * `{dtype, shape, data_offsets: [begin, end]}` and `__metadata__` to a record of strings. `decode` checks every length
 * and offset, so that a damaged or foreign file is refused with a reason and never read past its end.
 */
import { fromHalfBits, halfBits } from './half.ts';
import { isRecord } from './is-record.ts';
import { utf8Decode, utf8Encode } from './utf8.ts';

/** A tensor of a file: `values` in row-major order; their kind is the tensor's type. */
export interface NamedTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

/** All that a file holds. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, NamedTensor>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A file that cannot be read; `message` says why in words for a person. */
export class SafetensorsError extends Error {
  override readonly name = 'SafetensorsError';
}

/** A type that is read; an entry takes `size` bytes. */
interface StoredType {
  readonly dtype: string;
  readonly size: number;
  readonly read: (buffer: ArrayBuffer) => NamedTensor['values'];
}

const plainTypes: readonly StoredType[] = [
  { dtype: 'F32', size: 4, read: (buffer) => new Float32Array(buffer) },
  { dtype: 'F64', size: 8, read: (buffer) => new Float64Array(buffer) },
];
const halfType: StoredType = { dtype: 'F16', size: 2, read: (buffer) => fromHalfBits(new Uint16Array(buffer)) };

/** As in the reference implementation. */
const maximumHeader = 100_000_000;

/**
 * The bytes of a file. Tensors are written in the order of their names; those that `isHalf` names are rounded to half precision, whatever their
 * kind.
 */
export function encodeSafetensors(file: SafetensorsFile, isHalf: (name: string) => boolean = () => false): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = { __metadata__: file.metadata };
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const name of Object.keys(file.tensors).sort()) {
    const { shape, values } = file.tensors[name] ?? { shape: [], values: new Float32Array() };
    const { dtype, stored } = asStored(values, isHalf(name));
    header[name] = { dtype, shape, data_offsets: [offset, offset + stored.byteLength] };
    offset += stored.byteLength;
    parts.push(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength));
  }
  // Padded with spaces to a multiple of 8, as the reference implementation does.
  const text = utf8Encode(JSON.stringify(header));
  const headerLength = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(text, 8);
  let position = 8 + headerLength;
  for (const part of parts) {
    bytes.set(part, position);
    position += part.length;
  }
  return bytes;
}

function asStored(values: NamedTensor['values'], isHalf: boolean) {
  if (isHalf) return { dtype: 'F16', stored: halfBits(Float32Array.from(values)) };
  return { dtype: values instanceof Float64Array ? 'F64' : 'F32', stored: values };
}

/** What may be read beside float32 and float64. */
export interface Readable {
  /** Half precision too; its values come as float32. */
  readonly half: boolean;
}

/** Reads a file. Throws `SafetensorsError`. */
export function decodeSafetensors(bytes: Uint8Array, { half }: Readable = { half: false }): SafetensorsFile {
  const { header, start } = readHeader(bytes);
  const { __metadata__: metadata, ...entries } = header;
  const types = half ? [...plainTypes, halfType] : plainTypes;
  // `fromEntries` makes an own member even of a tensor that is named __proto__.
  const tensors = Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, readTensor(name, entry, types, bytes, start)]));
  if (start + lastByte(entries) < bytes.length) throw new SafetensorsError('the file goes on after its last tensor');
  return { tensors, metadata: metadata === undefined ? {} : readMetadata(metadata) };
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw new SafetensorsError('the file is shorter than a safetensors header');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > BigInt(maximumHeader) || 8n + length > BigInt(bytes.length))
    throw new SafetensorsError('this is not a safetensors file, or it is cut short');
  const start = 8 + Number(length);
  let header: unknown;
  try {
    header = JSON.parse(utf8Decode(bytes.subarray(8, start)));
  } catch {
    throw new SafetensorsError('the header of the file is damaged');
  }
  if (!isRecord(header)) throw new SafetensorsError('the header of the file is not a table');
  return { header, start };
}

/** Where the last tensor ends, counted from the first. */
function lastByte(entries: Readonly<Record<string, unknown>>): number {
  return Object.values(entries).reduce<number>((last, entry) => {
    const [, end = 0] = (isRecord(entry) ? wholeNumbers(entry['data_offsets']) : undefined) ?? [];
    return Math.max(last, end);
  }, 0);
}

function readMetadata(entry: unknown): Record<string, string> {
  if (!isRecord(entry)) throw new SafetensorsError('the metadata of the file is not a table');
  return Object.fromEntries(Object.entries(entry).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])));
}

function readTensor(name: string, entry: unknown, types: readonly StoredType[], bytes: Uint8Array, start: number): NamedTensor {
  if (!isRecord(entry)) throw new SafetensorsError(`the entry of tensor ${name} is damaged`);
  const ofType = types.find(({ dtype }) => dtype === entry['dtype']);
  if (!ofType) throw new SafetensorsError(`tensor ${name} is not of type ${types.map(({ dtype }) => dtype).join(' or ')}`);
  const shape = wholeNumbers(entry['shape']);
  const [begin, end] = wholeNumbers(entry['data_offsets']) ?? [];
  if (!shape || begin === undefined || end === undefined) throw new SafetensorsError(`the entry of tensor ${name} is damaged`);
  const count = shape.reduce((product, size) => product * size, 1);
  if (end - begin !== count * ofType.size || start + end > bytes.length)
    throw new SafetensorsError(`tensor ${name} is cut short or of the wrong size`);
  // Copied, since the position need not be a multiple of an entry's size; `slice` would not copy a Buffer of Node.
  return { shape, values: ofType.read(new Uint8Array(bytes.subarray(start + begin, start + end)).buffer) };
}

function wholeNumbers(value: unknown): number[] | undefined {
  return Array.isArray(value) && value.every((item): item is number => Number.isSafeInteger(item) && item >= 0) ? value : undefined;
}

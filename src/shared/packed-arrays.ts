/**
 * Plain data with arrays of doubles in it as JSON text and named tensors, and back: what a safetensors file can hold of a history.
 * In the text a tensor's name stands for each array.
 */
import { isRecord } from './is-record.ts';
import type { NamedTensor } from './safetensors.ts';

/** Data in two parts. */
export interface Packed {
  readonly text: string;
  readonly tensors: Readonly<Record<string, NamedTensor>>;
}

/** Takes the arrays out of `data`; their tensors are named by where they stood, after `prefix`. Other members must be JSON. */
export function packArrays(data: unknown, prefix: string): Packed {
  const tensors: Record<string, NamedTensor> = {};
  const take = (value: unknown, name: string): unknown => {
    if (value instanceof Float64Array) {
      tensors[name] = { shape: [value.length], values: value };
      return { tensor: name };
    }
    if (!isRecord(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, take(member, `${name}.${key}`)]));
  };
  return { text: JSON.stringify(take(data, prefix)), tensors };
}

/** The data again. Throws `TypeError` or `SyntaxError` if the text is damaged or a tensor is missing. */
export function unpackArrays({ text, tensors }: Packed): unknown {
  return JSON.parse(text, (_key, value: unknown) => {
    const name = isRecord(value) ? value['tensor'] : undefined;
    if (typeof name !== 'string') return value;
    const values = Object.hasOwn(tensors, name) ? tensors[name]?.values : undefined;
    if (!(values instanceof Float64Array)) throw new TypeError(`there is no tensor ${name}`);
    return values;
  });
}

/** How the host hands a step its numbers and tensors: one row of words for a step, the number of the step first. */
import type { Feed, FeedColumns } from '../../graph/executor.ts';
import type { Values } from './values.ts';

/** A row holds the number of the step, then the numbers, then the tensors. */
export interface FeedRows {
  /** Names of single numbers, from scalars and from feeds of one element, in order. */
  readonly numbers: readonly { readonly name: string; readonly isScalar: boolean }[];
  readonly sizes: readonly { readonly name: string; readonly size: number }[];
  /** Floats of all tensors together. */
  readonly floats: number;
  /** Words of a row. */
  readonly words: number;
  /** Writes a row. Throws `RangeError` if something is missing or has another size. */
  write(feed: Feed, floats: Float32Array, words: Uint32Array, at: number): void;
  /** Writes the rows of `count` steps from step `first` of the columns on. */
  writeColumns(columns: FeedColumns, first: number, count: number, floats: Float32Array, words: Uint32Array, at: number): void;
}

/** Gives the feeds and scalars of a graph their places in a row. */
export function feedRows(values: Values): FeedRows {
  const numbers: { name: string; isScalar: boolean }[] = [];
  const sizes: { name: string; size: number }[] = [];
  for (const id of values.needed) {
    const node = values.node(id);
    if (node.op === 'scalar' || (node.op === 'feed' && values.size(id) === 1))
      numbers.push({ name: node.name, isScalar: node.op === 'scalar' });
    else if (node.op === 'feed') sizes.push({ name: node.name, size: values.size(id) });
  }
  const floats = sizes.reduce((total, { size }) => total + size, 0);
  const stride = 1 + numbers.length + floats;
  return {
    numbers,
    sizes,
    floats,
    words: stride,
    write(feed, into, words, at) {
      words[at] = feed.step;
      let next = at + 1;
      for (const { name, isScalar } of numbers) {
        const value = isScalar ? feed.scalars[name] : feed.tensors[name]?.[0];
        if (value === undefined) throw new RangeError(`no value for the ${isScalar ? 'scalar' : 'feed'} ${name}`);
        into[next++] = value;
      }
      for (const { name, size } of sizes) {
        const tensor = feed.tensors[name];
        if (tensor?.length !== size) throw new RangeError(`feed ${name}: expected ${String(size)} values, got ${String(tensor?.length)}`);
        into.set(tensor, next);
        next += size;
      }
    },
    writeColumns(columns, first, count, into, words, at) {
      for (let row = 0; row < count; row++) words[at + row * stride] = columns.firstStep + first + row;
      numbers.forEach(({ name, isScalar }, index) => {
        const lasting = columns.lasting[name];
        const column = isScalar ? columns.scalars[name] : (columns.tensors[name] ?? lasting?.[0]);
        if (column === undefined) throw new RangeError(`no value for the ${isScalar ? 'scalar' : 'feed'} ${name}`);
        writeColumn(column, first, count, into, at + 1 + index, stride);
      });
      let next = at + 1 + numbers.length;
      for (const { name, size } of sizes) {
        const [tensor, steps] = name in columns.lasting ? [columns.lasting[name], 1] : [columns.tensors[name], columns.length];
        if (tensor?.length !== size * steps)
          throw new RangeError(`feed ${name}: expected ${String(size * steps)} values, got ${String(tensor?.length)}`);
        if (steps === 1) for (let row = 0; row < count; row++) into.set(tensor, next + row * stride);
        else writeTensor(tensor, first, count, size, into, next, stride);
        next += size;
      }
    },
  };
}

function writeColumn(
  column: number | Float64Array | Float32Array,
  first: number,
  count: number,
  into: Float32Array,
  at: number,
  stride: number,
): void {
  if (typeof column === 'number') for (let row = 0, to = at; row < count; row++, to += stride) into[to] = column;
  else for (let row = 0, to = at; row < count; row++, to += stride) into[to] = column[first + row]!;
}

/** Element by element: for the few of a batch a call would cost more. */
function writeTensor(
  tensor: Float32Array,
  first: number,
  count: number,
  size: number,
  into: Float32Array,
  at: number,
  stride: number,
): void {
  let from = first * size;
  for (let row = 0; row < count; row++) {
    const to = at + row * stride;
    for (let i = 0; i < size; i++) into[to + i] = tensor[from++]!;
  }
}

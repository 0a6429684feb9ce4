/** How the host hands a step its numbers and tensors: one row of floats for a step, and where the plan finds them. */
import type { Feed, FeedColumns } from '../../graph/executor.ts';
import type { Arena } from './arena.ts';
import { cellBytes } from './layout.ts';
import type { Values } from './values.ts';

/** A row holds the number of the step, then the numbers, then the tensors. */
export interface FeedLayout {
  /** Names of single numbers, from scalars and from feeds of one element, in order. */
  readonly numbers: readonly { readonly name: string; readonly isScalar: boolean }[];
  readonly sizes: readonly { readonly name: string; readonly size: number }[];
  /** Floats of all tensors together. */
  readonly floats: number;
  /** Where a step's numbers and tensors are put. */
  readonly cells: number;
  readonly tensors: number;
  /** Bytes of a row. */
  readonly bytes: number;
  address(name: string): number;
  /** Writes a row. Throws `RangeError` if something is missing or has another size. */
  write(feed: Feed, floats: Float32Array, words: Uint32Array, at: number): void;
  /** Writes the rows of `count` steps from step `first` of the columns on. */
  writeColumns(columns: FeedColumns, first: number, count: number, floats: Float32Array, words: Uint32Array, at: number): void;
}

/** Gives the feeds and scalars of a graph their places. */
export function feedLayout(values: Values, arena: Arena): FeedLayout {
  const numbers: { name: string; isScalar: boolean }[] = [];
  const sizes: { name: string; size: number }[] = [];
  for (const id of values.needed) {
    const node = values.node(id);
    if (node.op === 'scalar' || (node.op === 'feed' && values.size(id) === 1))
      numbers.push({ name: node.name, isScalar: node.op === 'scalar' });
    else if (node.op === 'feed') sizes.push({ name: node.name, size: values.size(id) });
  }
  const cells = arena.take(numbers.length * cellBytes);
  const floats = sizes.reduce((total, { size }) => total + size, 0);
  const tensors = arena.take(4 * floats);
  const places = new Map<string, number>();
  numbers.forEach(({ name }, index) => places.set(name, cells + index * cellBytes));
  sizes.reduce((at, { name, size }) => {
    places.set(name, at);
    return at + 4 * size;
  }, tensors);
  return {
    numbers,
    sizes,
    floats,
    cells,
    tensors,
    bytes: 4 * (1 + numbers.length + floats),
    address: (name) => places.get(name) ?? 0,
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
      const stride = 1 + numbers.length + floats;
      for (let row = 0; row < count; row++) words[at + row * stride] = columns.firstStep + first + row;
      numbers.forEach(({ name, isScalar }, index) => {
        const column = isScalar ? columns.scalars[name] : columns.tensors[name];
        if (column === undefined) throw new RangeError(`no value for the ${isScalar ? 'scalar' : 'feed'} ${name}`);
        writeColumn(column, first, count, into, at + 1 + index, stride);
      });
      let next = at + 1 + numbers.length;
      for (const { name, size } of sizes) {
        const tensor = columns.tensors[name];
        if (tensor?.length !== size * columns.length)
          throw new RangeError(`feed ${name}: expected ${String(size * columns.length)} values, got ${String(tensor?.length)}`);
        writeTensor(tensor, first, count, size, into, next, stride);
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

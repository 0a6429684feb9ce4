/**
 * How the host hands a plan its numbers and tensors. Each has a place where the plan reads it. What is the same for all steps is put there once;
 * of what changes, the host lays the columns of many steps down, and a table says which column goes where.
 */
import type { Feed, FeedColumns } from '../../graph/executor.ts';
import type { Arena } from './arena.ts';
import { cellBytes } from './layout.ts';
import type { Values } from '../plan/values.ts';

/** A single number, from a scalar or from a feed of one element, or a tensor. */
interface Input {
  readonly name: string;
  readonly isScalar: boolean;
  readonly size: number;
  /** Where the plan reads it; a number fills a cell. */
  readonly address: number;
}

/** Columns that change from step to step: how many of numbers, how many of tensors. */
export interface Changing {
  readonly numbers: number;
  readonly tensors: number;
}

/** Places and columns of what a plan is fed. */
export interface FeedLayout {
  /** Steps that the columns have room for. */
  readonly steps: number;
  /** Address of the table that `takeFeeds` reads. */
  readonly table: number;
  address(name: string): number;
  /** Puts what a single step is fed in its place. Throws `RangeError` if something is missing or has another size. */
  write(feed: Feed): void;
  /** Puts what lasts in its place, and lays down the columns of `count` steps from step `first` on. Throws like `write`. */
  writeColumns(columns: FeedColumns, first: number, count: number): Changing;
}

/** Bytes of columns: few enough to stay near the processor until they are read. */
const columnBytes = 1 << 18;

/** Gives the feeds and scalars of a graph their places, and with `hasColumns` their columns. */
export function feedLayout(values: Values, arena: Arena, hasColumns: boolean): FeedLayout {
  const inputs = inputsOf(values, arena);
  const perStep = inputs.reduce((total, { size }) => total + size, 0);
  const steps = hasColumns ? Math.max(1, Math.floor(columnBytes / (4 * Math.max(1, perStep)))) : 0;
  const columns = arena.take(4 * steps * perStep);
  const table = arena.take(12 * inputs.length);
  const places = new Map(inputs.map(({ name, address }) => [name, address]));
  return {
    steps,
    table,
    address: (name) => places.get(name) ?? 0,
    write(feed) {
      for (const input of inputs) {
        const value = input.isScalar ? feed.scalars[input.name] : feed.tensors[input.name];
        put(arena, input, checked(input, value, 1));
      }
    },
    writeColumns(feeds, first, count) {
      const [numbers, tensors]: [number[], number[]] = [[], []];
      let at = columns;
      for (const input of inputs) {
        const { name, isScalar, size, address } = input;
        const changing = isScalar ? feeds.scalars[name] : feeds.tensors[name];
        const lasting = typeof changing === 'number' ? changing : feeds.lasting[name];
        if (lasting !== undefined) {
          put(arena, input, checked(input, lasting, 1));
          continue;
        }
        const column = checked(input, changing, feeds.length);
        if (typeof column === 'number') continue;
        arena.floats().set(column.subarray(first * size, (first + count) * size), at / 4);
        if (size === 1) numbers.push(at, address);
        else tensors.push(at, address, size);
        at += 4 * count * size;
      }
      arena.words().set([...numbers, ...tensors], table / 4);
      return { numbers: numbers.length / 2, tensors: tensors.length / 3 };
    },
  };
}

/** Numbers lie side by side. */
function inputsOf(values: Values, arena: Arena): readonly Input[] {
  const found = values.needed.flatMap((id) => {
    const node = values.node(id);
    const size = values.size(id);
    return node.op === 'scalar' || node.op === 'feed' ? [{ name: node.name, isScalar: node.op === 'scalar', size }] : [];
  });
  const cells = arena.take(cellBytes * found.length);
  return found.map((input, index) => ({ ...input, address: input.size === 1 ? cells + cellBytes * index : arena.take(4 * input.size) }));
}

function put(arena: Arena, { size, address }: Input, value: number | Float64Array | Float32Array): void {
  const at = address / 4;
  if (typeof value === 'number') arena.floats().fill(value, at, at + 4);
  else if (size === 1) arena.floats().fill(value[0]!, at, at + 4);
  else arena.floats().set(value, at);
}

/** The value or column of an input, if it is there and has the right size. */
function checked<Value extends number | Float64Array | Float32Array>(
  { name, isScalar, size }: Input,
  value: Value | undefined,
  steps: number,
): Value {
  if (value === undefined) throw new RangeError(`no value for the ${isScalar ? 'scalar' : 'feed'} ${name}`);
  if (typeof value !== 'number' && value.length !== size * steps)
    throw new RangeError(`feed ${name}: expected ${String(size * steps)} values, got ${String(value.length)}`);
  return value;
}

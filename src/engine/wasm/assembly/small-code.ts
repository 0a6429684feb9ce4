/**
 * Work that is too small for a kernel, as code of its own in which all sizes and addresses are constants: products (`product-code.ts`), rows by
 * index, matrices turned, sums of columns, single numbers.
 */
import { op } from './bytes.ts';
import type { FunctionBody } from './module.ts';
import { writeProduct, type Product } from './product-code.ts';
import { VectorCode, type VectorContext } from './vector-code.ts';

/** Rows of one or two floats each of a table, by whole numbers in floats. */
export interface SmallGather {
  readonly kind: 'gather';
  readonly to: number;
  readonly table: number;
  readonly rows: number;
  readonly count: number;
  readonly width: 1 | 2;
}

/** Sums of `rows` rows of `columns` floats each. */
export interface ColumnSums {
  readonly kind: 'columnSums';
  readonly to: number;
  readonly from: number;
  readonly rows: number;
  readonly columns: number;
}

/** `[columns, rows]` from `[rows, columns]`. Up to three floats are written past its end. */
export interface Turn {
  readonly kind: 'turn';
  readonly to: number;
  readonly from: number;
  readonly rows: number;
  readonly columns: number;
}

/** A single number from one place to another. */
export interface Move {
  readonly kind: 'move';
  readonly to: number;
  readonly from: number;
}

/** Work with code of its own. */
export type Small = Product | SmallGather | ColumnSums | Turn | Move;

const longestGather = 64;
const mostSummed = 256;
const mostTurned = 256;

/** Whether rows by index are few and short enough. */
export function isSmallGather(count: number, width: number): width is 1 | 2 {
  return count <= longestGather && width <= 2;
}

/** Whether columns are few and short enough. */
export function areSmallSums(rows: number, columns: number): boolean {
  return rows * Math.ceil(columns / 4) <= mostSummed;
}

/** Whether a matrix is small enough. */
export function isSmallTurn(rows: number, columns: number): boolean {
  return 4 * Math.ceil(rows / 4) * columns <= mostTurned;
}

/** Writes the code. */
export function writeSmall(body: FunctionBody, small: Small, context: VectorContext): void {
  switch (small.kind) {
    case 'product':
      writeProduct(body, small, context.fused);
      return;
    case 'gather':
      writeGather(body, small);
      return;
    case 'columnSums':
      writeColumnSums(new VectorCode(body, context), small);
      return;
    case 'turn':
      writeTurn(body, small);
      return;
    case 'move':
      body.words.move(small.to, small.from);
  }
}

function writeGather(body: FunctionBody, { to, table, rows, count, width }: SmallGather): void {
  const [load, shift] = width === 1 ? [op.loadOne(table), 2] : [op.loadTwo(table), 3];
  const offsets = body.local('v128');
  body.words.readAll();
  for (let row = 0; row < count; row++) {
    // One number at a time would take ten instructions to become whole.
    if (row % 4 === 0)
      body.emit(op.get(body.words.load(rows + 4 * row, Math.min(4, count - row))), op.toWhole, op.shiftLeft(shift), op.set(offsets));
    const local = body.local('v128');
    body.emit(op.get(offsets), op.wholeAt(row % 4), load, op.set(local));
    body.words.store(to + 4 * width * row, local, width);
  }
}

/** Blocks of four by four, those on the right first: what the last of a row writes past its end is then written over. */
function writeTurn(body: FunctionBody, { to, from, rows, columns }: Turn): void {
  const shuffled = (a: number, b: number, lanes: readonly number[]): number => {
    const local = body.local('v128');
    body.emit(op.get(a), op.get(b), op.shuffle(...lanes), op.set(local));
    return local;
  };
  for (let row = 4 * Math.ceil(rows / 4) - 4; row >= 0; row -= 4)
    for (let column = 0; column < columns; column += 4) {
      const lanes = Math.min(4, columns - column);
      const [a = -1, b = -1, c = -1, d = -1] = [0, 1, 2, 3].map((i) =>
        body.words.load(from + 4 * (Math.min(row + i, rows - 1) * columns + column), lanes),
      );
      for (let i = 0; i < lanes; i++) {
        const order = i < 2 ? [0, 4, 1, 5] : [2, 6, 3, 7];
        const [left, right] = [shuffled(a, b, order), shuffled(c, d, order)];
        body.words.store(to + 4 * ((column + i) * rows + row), shuffled(left, right, i % 2 === 0 ? [0, 1, 4, 5] : [2, 3, 6, 7]), 4);
      }
    }
}

/** Accumulators of a column; sums of several round less than one, and no addition waits long for another. */
const sumsAtOnce = 4;

function writeColumnSums(v: VectorCode, { to, from, rows, columns }: ColumnSums): void {
  for (let column = 0; column < columns; column += 4) {
    const lanes = Math.min(4, columns - column);
    const vector = (row: number): number => v.body.words.load(from + 4 * (row * columns + column), lanes);
    let sums = Array.from({ length: Math.min(sumsAtOnce, rows) }, (_, row) => vector(row));
    for (let row = sumsAtOnce; row < rows; row++) sums[row % sumsAtOnce] = v.add(sums[row % sumsAtOnce] ?? -1, vector(row));
    while (sums.length > 1) sums = [...sums.slice(2), v.add(sums[0] ?? -1, sums[1] ?? -1)];
    v.body.words.store(to + 4 * column, sums[0] ?? -1, lanes);
  }
}

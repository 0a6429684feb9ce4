/**
 * A small matrix product as code of its own: sizes and addresses are constants, results stay in registers until they are complete.
 *
 * Tiles of up to four rows by eight columns. A short inner dimension is unrolled, a long one is a loop; so are the blocks of four rows, unless all
 * is short. A result of one column takes four rows at a time instead. The right side has contiguous rows; the kernels turn it beforehand if not.
 */
import { op } from './bytes.ts';
import type { FunctionBody } from './module.ts';

/** `[m, k] · [k, n]`, the left side stored as `[k, m]` if transposed; `bias` is the address of a row that is added, 0 for none. */
export interface Product {
  readonly kind: 'product';
  readonly to: number;
  readonly a: number;
  readonly transposedA: boolean;
  readonly b: number;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly bias: number;
}

const longestUnrolled = 16;
/** Multiply-adds of vectors that are written out one by one. */
const workUnrolled = 128;
/** Vectors of multiply-adds in the code of one block of rows, at most. */
const largestBlock = 512;
const tileRows = 4;

/** Whether a product is small enough for code of its own. */
export function isSmall({ n, k }: Product): boolean {
  return Math.ceil(n / 4) * tileRows * Math.min(k, longestUnrolled) <= largestBlock;
}

/** Writes the code of a product. `fused`: multiply and add with one rounding where the CPU can. */
export function writeProduct(body: FunctionBody, product: Product, fused: boolean): void {
  const { transposedA, n, bias } = product;
  // One column from a transposed left side is one row from the other side.
  const turned = n === 1 && transposedA && bias === 0;
  const { a, b, m } = product;
  new ProductCode(body, turned ? { ...product, a: b, transposedA: false, b: a, m: 1, n: m } : product, fused).write();
}

/** A block of rows: `at` counts bytes of the left side and of the result from the addresses that are constants in the code. */
interface Rows {
  readonly first: number;
  readonly count: number;
  readonly left: number | undefined;
  readonly result: number | undefined;
}

class ProductCode {
  private readonly product: Product;
  private readonly fused: boolean;
  private readonly body: FunctionBody;
  private readonly locals = new Map<string, number>();

  constructor(body: FunctionBody, product: Product, fused: boolean) {
    this.body = body;
    this.product = product;
    this.fused = fused;
  }

  write(): void {
    const { m, n, k, transposedA } = this.product;
    const blocks = Math.floor(m / tileRows);
    if (m * k * Math.ceil(n / 4) <= workUnrolled || blocks < 2) {
      for (let first = 0; first < m; first += tileRows)
        this.rows({ first, count: Math.min(tileRows, m - first), left: undefined, result: undefined });
      return;
    }
    const [left, result] = [this.local('left', 'i32'), this.local('result', 'i32')];
    const resultBlock = tileRows * n * 4;
    this.body.emit(op.i32(0), op.set(left), op.i32(0), op.set(result), op.loop);
    this.rows({ first: 0, count: tileRows, left, result });
    this.advance(left, tileRows * 4 * (transposedA ? 1 : k));
    this.advance(result, resultBlock);
    this.body.emit(op.get(result), op.i32(blocks * resultBlock), op.i32Below, op.repeatIf, op.end);
    if (m % tileRows > 0) this.rows({ first: blocks * tileRows, count: m % tileRows, left: undefined, result: undefined });
  }

  private rows(rows: Rows): void {
    const { n } = this.product;
    if (n === 1) this.column(rows);
    else for (let column = 0; column < n; column += 8) this.tile(rows, column, Math.min(8, n - column));
  }

  private tile(rows: Rows, column: number, columns: number): void {
    const { to, n, b, bias } = this.product;
    const halves = columns > 4 ? 2 : 1;
    const sum = (row: number, half: number): number => this.local(`sum ${String(row)} ${String(half)}`, 'v128');
    for (let row = 0; row < rows.count; row++)
      for (let half = 0; half < halves; half++)
        this.body.emit(...(bias === 0 ? [op.zero] : [op.i32(0), op.load(bias + 4 * column + 16 * half)]), op.set(sum(row, half)));
    this.inner(rows, (leftAt, place, right) => {
      const halfLocals = [0, 1].slice(0, halves).map((half) => this.local(`right ${String(half)}`, 'v128'));
      halfLocals.forEach((local, half) => {
        this.body.emit(...right(b + 4 * (place * n + column) + 16 * half, op.load), op.set(local));
      });
      for (let row = 0; row < rows.count; row++) {
        const factor = this.local('factor', 'v128');
        this.body.emit(...leftAt(row, op.loadSplat), op.set(factor));
        halfLocals.forEach((local, half) => {
          this.multiplyAdd(factor, local, sum(row, half));
        });
      }
    });
    for (let row = 0; row < rows.count; row++)
      for (let half = 0; half < halves; half++) {
        const address = to + 4 * ((rows.first + row) * n + column) + 16 * half;
        this.store(rows.result, sum(row, half), address, Math.min(4, columns - 4 * half));
      }
  }

  /** Up to four results of a single column, side by side. */
  private column(rows: Rows): void {
    const { to, b, bias } = this.product;
    const sum = this.local('sum', 'v128');
    const [left, right] = [this.local('factor', 'v128'), this.local('right 0', 'v128')];
    this.body.emit(...(bias === 0 ? [op.zero] : [op.i32(0), op.loadSplat(bias)]), op.set(sum));
    this.inner(rows, (leftAt, place, rightAt) => {
      this.body.emit(...leftAt(0, op.loadSplat), op.set(left));
      for (let row = 1; row < rows.count; row++) {
        const [address = [], load = []] = leftAt(row, (offset) => op.loadLane(offset, row));
        this.body.emit(address, op.get(left), load, op.set(left));
      }
      this.body.emit(...rightAt(b + 4 * place, op.loadSplat), op.set(right));
      this.multiplyAdd(left, right, sum);
    });
    this.store(rows.result, sum, to + 4 * rows.first, rows.count);
  }

  /** Goes through the inner dimension: `content` is given how to load from the left side by row and from the right side by address. */
  private inner(
    { first, left }: Rows,
    content: (
      leftAt: (row: number, load: (offset: number) => number[]) => readonly number[][],
      place: number,
      rightAt: (address: number, load: (offset: number) => number[]) => readonly number[][],
    ) => void,
  ): void {
    const { a, transposedA, m, n, k } = this.product;
    const offset = (row: number, place: number): number => a + 4 * (transposedA ? place * m + first + row : (first + row) * k + place);
    if (k <= longestUnrolled) {
      const base = left === undefined ? op.i32(0) : op.get(left);
      for (let place = 0; place < k; place++)
        content(
          (row, load) => [base, load(offset(row, place))],
          place,
          (address, load) => [op.i32(0), load(address)],
        );
      return;
    }
    const [leftNow, rightNow] = [this.local('left now', 'i32'), this.local('right now', 'i32')];
    this.body.emit(left === undefined ? op.i32(0) : op.get(left), op.set(leftNow), op.i32(0), op.set(rightNow), op.loop);
    content(
      (row, load) => [op.get(leftNow), load(offset(row, 0))],
      0,
      (address, load) => [op.get(rightNow), load(address)],
    );
    this.advance(leftNow, 4 * (transposedA ? m : 1));
    this.advance(rightNow, 4 * n);
    this.body.emit(op.get(rightNow), op.i32(4 * n * k), op.i32Below, op.repeatIf, op.end);
  }

  private multiplyAdd(a: number, b: number, sum: number): void {
    if (this.fused) this.body.emit(op.get(a), op.get(b), op.get(sum), op.relaxedMultiplyAdd, op.set(sum));
    else this.body.emit(op.get(sum), op.get(a), op.get(b), op.mul, op.add, op.set(sum));
  }

  private store(counter: number | undefined, local: number, address: number, lanes: number): void {
    this.body.emit(...op.storeLanes(counter === undefined ? op.i32(0) : op.get(counter), local, address, lanes));
  }

  private advance(local: number, bytes: number): void {
    this.body.emit(op.get(local), op.i32(bytes), op.i32Add, op.set(local));
  }

  private local(name: string, type: 'i32' | 'v128'): number {
    const local = this.locals.get(name) ?? this.body.local(type);
    this.locals.set(name, local);
    return local;
  }
}

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

/** What is done at one place of the inner dimension. */
type Content = (factorOf: (row: number) => number, place: number, rightAt: LoadAt, leftAt: LoadAt) => void;
/** The instructions that load from an address or a row. */
type LoadAt = (where: number, load: (offset: number) => number[]) => readonly number[][];

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
    this.inner(rows, (factorOf, place, right) => {
      const halfLocals = [0, 1].slice(0, halves).map((half) => this.local(`right ${String(half)}`, 'v128'));
      halfLocals.forEach((local, half) => {
        this.body.emit(...right(b + 4 * (place * n + column) + 16 * half, op.load), op.set(local));
      });
      for (let row = 0; row < rows.count; row++) {
        const factor = factorOf(row);
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
    const { to, bias, k, transposedA } = this.product;
    const sum = this.local('sum', 'v128');
    const start = bias === 0 ? [op.zero] : [op.i32(0), op.loadF32(bias), op.splatF32];
    if (!transposedA && k % 4 === 0 && k <= longestUnrolled) this.sumsAcross(rows, sum, start);
    else {
      this.body.emit(...start, op.set(sum));
      this.sumsDown(rows, sum);
    }
    this.store(rows.result, sum, to + 4 * rows.first, rows.count);
  }

  /** Rows of the left side, each times the right one, whose four partial sums are then added up for all rows at once. */
  private sumsAcross({ first, count, left }: Rows, sum: number, start: readonly (readonly number[])[]): void {
    const { a, b, k } = this.product;
    const partial = [0, 1, 2, 3].map((row) => this.local(`partial ${String(row)}`, 'v128'));
    const [factor, right] = [this.local('factor', 'v128'), this.local('right 0', 'v128')];
    for (let place = 0; place < k; place += 4) {
      this.body.emit(op.i32(0), op.load(b + 4 * place), op.set(right));
      for (let row = 0; row < count; row++) {
        const local = partial[row] ?? -1;
        this.body.emit(left === undefined ? op.i32(0) : op.get(left), op.load(a + 4 * ((first + row) * k + place)), op.set(factor));
        if (place === 0) this.body.emit(op.get(factor), op.get(right), op.mul, op.set(local));
        else this.multiplyAdd(factor, right, local);
      }
    }
    // Rows that are missing stand for others that are thrown away.
    const [r0, r1, r2, r3] = partial.map((local, row) => op.get(row < count ? local : (partial[0] ?? -1)));
    const pair = (p: readonly number[] = [], q: readonly number[] = []) => [
      p,
      q,
      op.shuffle(0, 4, 1, 5),
      p,
      q,
      op.shuffle(2, 6, 3, 7),
      op.add,
    ];
    const [early, late] = [factor, right];
    this.body.emit(...pair(r0, r1), op.set(early), ...pair(r2, r3), op.set(late));
    const halves = [op.get(early), op.get(late)];
    this.body.emit(...halves, op.shuffle(0, 1, 4, 5), ...halves, op.shuffle(2, 3, 6, 7), op.add, ...start, op.add, op.set(sum));
  }

  /** Four rows at a time, place by place. */
  private sumsDown(rows: Rows, sum: number): void {
    const { b } = this.product;
    const [left, right] = [this.local('factor', 'v128'), this.local('right 0', 'v128')];
    this.inner(rows, (_, place, rightAt, leftAt) => {
      this.body.emit(...leftAt(0, op.loadF32), op.splatF32, op.set(left));
      for (let row = 1; row < rows.count; row++) {
        const [address = [], load = []] = leftAt(row, (offset) => op.loadLane(offset, row));
        this.body.emit(address, op.get(left), load, op.set(left));
      }
      this.body.emit(...rightAt(b + 4 * place, op.loadF32), op.splatF32, op.set(right));
      this.multiplyAdd(left, right, sum);
    });
  }

  /**
   * Goes through the inner dimension: `content` is given how to spread a number of the left side by row, how to load from the right side by
   * address, and how from the left side by row.
   */
  private inner(rows: Rows, content: Content): void {
    const { a, transposedA, m, n, k } = this.product;
    const { first, left } = rows;
    const offset = (row: number, place: number): number => a + 4 * (transposedA ? place * m + first + row : (first + row) * k + place);
    if (k <= longestUnrolled) {
      const base = left === undefined ? op.i32(0) : op.get(left);
      const factors = this.factors(base, offset);
      for (let place = 0; place < k; place++)
        content(
          (row) => factors(row, place),
          place,
          (address, load) => [op.i32(0), load(address)],
          (row, load) => [base, load(offset(row, place))],
        );
      return;
    }
    const [leftNow, rightNow] = [this.local('left now', 'i32'), this.local('right now', 'i32')];
    const step = [4, 2, 1].find((places) => k % places === 0) ?? 1;
    this.body.emit(left === undefined ? op.i32(0) : op.get(left), op.set(leftNow), op.i32(0), op.set(rightNow), op.loop);
    const factors = this.factors(op.get(leftNow), offset);
    for (let place = 0; place < step; place++)
      content(
        (row) => factors(row, place),
        place,
        (address, load) => [op.get(rightNow), load(address)],
        (row, load) => [op.get(leftNow), load(offset(row, place))],
      );
    this.advance(leftNow, 4 * step * (transposedA ? m : 1));
    this.advance(rightNow, 4 * step * n);
    this.body.emit(op.get(rightNow), op.i32(4 * n * k), op.i32Below, op.repeatIf, op.end);
  }

  /**
   * Numbers of the left side spread over vectors: four that lie side by side are loaded at once, and each spread from there. An instruction that
   * spreads from memory has V8 compute its address before, and keep it.
   */
  private factors(base: readonly number[], offset: (row: number, place: number) => number): (row: number, place: number) => number {
    const { transposedA } = this.product;
    const spread = this.local('factor', 'v128');
    const loaded = new Map<number, number>();
    return (row, place) => {
      const slot = transposedA ? 0 : row;
      const lane = transposedA ? row : place % 4;
      const address = offset(row, place) - 4 * lane;
      const local = this.local(`left ${String(slot)}`, 'v128');
      if (loaded.get(slot) !== address) this.body.emit(base, op.load(address), op.set(local));
      loaded.set(slot, address);
      this.body.emit(op.get(local), op.get(local), op.shuffle(lane, lane, lane, lane), op.set(spread));
      return spread;
    };
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

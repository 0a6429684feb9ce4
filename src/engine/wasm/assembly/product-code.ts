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
/** Sums that keep a processor busy although each multiply-add waits for the one before. */
const sumsAtOnce = 8;

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

/** How both sides are read at one place of the inner dimension, into locals. */
interface Sides {
  /** The number of a row of the left side in every lane. */
  readonly factorOf: (row: number) => number;
  /** Those of the first rows, a lane each. */
  readonly factorsOf: (count: number) => number;
  readonly rightAt: (address: number, lanes: number) => number;
  readonly spreadAt: (address: number) => number;
}

class ProductCode {
  private readonly product: Product;
  private readonly fused: boolean;
  private readonly body: FunctionBody;

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
    const [left, result] = [this.body.local('i32'), this.body.local('i32')];
    const resultBlock = tileRows * n * 4;
    this.body.words.forget();
    this.body.emit(op.i32(0), op.set(left), op.i32(0), op.set(result), op.loop);
    this.rows({ first: 0, count: tileRows, left, result });
    this.advance(left, tileRows * 4 * (transposedA ? 1 : k));
    this.advance(result, resultBlock);
    this.body.emit(op.get(result), op.i32(blocks * resultBlock), op.i32Below, op.repeatIf, op.end);
    this.body.words.forget();
    if (m % tileRows > 0) this.rows({ first: blocks * tileRows, count: m % tileRows, left: undefined, result: undefined });
  }

  private rows(rows: Rows): void {
    const { n } = this.product;
    if (n === 1) this.column(rows);
    else for (let column = 0; column < n; column += 8) this.tile(rows, column, Math.min(8, n - column));
  }

  private tile(rows: Rows, column: number, columns: number): void {
    const { to, n, b, bias } = this.product;
    const widths = columns > 4 ? [4, columns - 4] : [columns];
    const parts = this.parts(rows.count * widths.length);
    const sums = Array.from({ length: rows.count }, () => widths.map(() => Array.from({ length: parts }, () => this.body.local('v128'))));
    widths.forEach((width, half) => {
      const start = bias === 0 ? op.zero : op.get(this.body.words.load(bias + 4 * column + 16 * half, width));
      for (const row of sums) row[half]?.forEach((sum, part) => this.body.emit(part === 0 ? start : op.zero, op.set(sum)));
    });
    this.inner(rows, ({ factorOf, rightAt }, place) => {
      const right = widths.map((width, half) => rightAt(b + 4 * (place * n + column) + 16 * half, width));
      sums.forEach((row, index) => {
        const factor = factorOf(index);
        row.forEach((sum, half) => {
          this.multiplyAdd(factor, right[half] ?? -1, sum[place % parts] ?? -1);
        });
      });
    });
    sums.forEach((row, index) => {
      row.forEach((sum, half) => {
        const address = to + 4 * ((rows.first + index) * n + column) + 16 * half;
        this.store(rows.result, this.joined(sum), address, widths[half] ?? 0);
      });
    });
  }

  /** Sums that a result is made of, added up at the end, so that no addition waits long for another where there are few results. */
  private parts(results: number): number {
    const { k } = this.product;
    const most = k <= longestUnrolled ? Math.ceil(k / 4) : this.step();
    return Math.max(1, Math.min(4, most, Math.floor(sumsAtOnce / results)));
  }

  /** Places of a long inner dimension that one turn of its loop takes. */
  private step(): number {
    return [4, 2, 1].find((places) => this.product.k % places === 0) ?? 1;
  }

  private joined(sums: readonly number[]): number {
    return sums.reduce((total, sum) => this.made(op.get(total), op.get(sum), op.add));
  }

  /** Up to four results of a single column, side by side. */
  private column(rows: Rows): void {
    const { to, b, bias, k, transposedA } = this.product;
    const start = bias === 0 ? this.made(op.zero) : this.body.words.spread(bias);
    const sum = this.made(op.get(start));
    if (!transposedA && k % 4 === 0 && k <= longestUnrolled) this.sumsAcross(rows, sum);
    else
      this.inner(rows, ({ factorsOf, spreadAt }, place) => {
        this.multiplyAdd(factorsOf(rows.count), spreadAt(b + 4 * place), sum);
      });
    this.store(rows.result, sum, to + 4 * rows.first, rows.count);
  }

  /** Rows of the left side, each times the right one, whose four partial sums are then added up for all rows at once. */
  private sumsAcross({ first, count, left }: Rows, sum: number): void {
    const { a, b, k } = this.product;
    const partial = Array.from({ length: count }, () => this.made(op.zero));
    for (let place = 0; place < k; place += 4) {
      const right = this.body.words.load(b + 4 * place);
      partial.forEach((local, row) => {
        const address = a + 4 * ((first + row) * k + place);
        this.multiplyAdd(left === undefined ? this.body.words.load(address) : this.made(op.get(left), op.load(address)), right, local);
      });
    }
    // Rows that are missing stand for others that are thrown away.
    const [p = -1, q = p, r = p, s = p] = partial;
    const pair = (x: number, y: number): number =>
      this.made(...[op.get(x), op.get(y), op.shuffle(0, 4, 1, 5)], ...[op.get(x), op.get(y), op.shuffle(2, 6, 3, 7)], op.add);
    const halves = [op.get(pair(p, q)), op.get(pair(r, s))];
    this.body.emit(...halves, op.shuffle(0, 1, 4, 5), ...halves, op.shuffle(2, 3, 6, 7), op.add, op.get(sum), op.add, op.set(sum));
  }

  /** Goes through the inner dimension, place by place. */
  private inner(rows: Rows, content: (sides: Sides, place: number) => void): void {
    const { a, transposedA, m, n, k } = this.product;
    const { first, left } = rows;
    const offset = (row: number, place: number): number => a + 4 * (transposedA ? place * m + first + row : (first + row) * k + place);
    if (k <= longestUnrolled) {
      const factors = this.factors(left, offset);
      for (let place = 0; place < k; place++) content({ ...factors(place), ...this.right(undefined) }, place);
      return;
    }
    const [leftNow, rightNow] = [this.body.local('i32'), this.body.local('i32')];
    const step = this.step();
    this.body.words.forget();
    this.body.emit(left === undefined ? op.i32(0) : op.get(left), op.set(leftNow), op.i32(0), op.set(rightNow), op.loop);
    const factors = this.factors(leftNow, offset);
    for (let place = 0; place < step; place++) content({ ...factors(place), ...this.right(rightNow) }, place);
    this.advance(leftNow, 4 * step * (transposedA ? m : 1));
    this.advance(rightNow, 4 * step * n);
    this.body.emit(op.get(rightNow), op.i32(4 * n * k), op.i32Below, op.repeatIf, op.end);
    this.body.words.forget();
  }

  /** How the right side is read, `counter` bytes further than addresses say. */
  private right(counter: number | undefined): Pick<Sides, 'rightAt' | 'spreadAt'> {
    const { words } = this.body;
    if (counter === undefined)
      return { rightAt: (address, lanes) => words.load(address, lanes), spreadAt: (address) => words.spread(address) };
    return {
      rightAt: (address) => this.made(op.get(counter), op.load(address)),
      spreadAt: (address) => this.made(op.get(counter), op.loadF32(address), op.splatF32),
    };
  }

  /**
   * How the left side is read, `counter` bytes further than addresses say. Four numbers that lie side by side are loaded at once, and each spread
   * from there: an instruction that spreads from memory has V8 compute its address before, and keep it.
   */
  private factors(
    counter: number | undefined,
    offset: (row: number, place: number) => number,
  ): (place: number) => Pick<Sides, 'factorOf' | 'factorsOf'> {
    const { words } = this.body;
    if (counter === undefined)
      return (place) => ({
        factorOf: (row) => words.spread(offset(row, place)),
        factorsOf: (count) => words.gather(Array.from({ length: count }, (_, row) => offset(row, place))),
      });
    const { transposedA } = this.product;
    const loaded = new Map<number, { address: number; local: number }>();
    return (place) => ({
      factorOf: (row) => {
        const [slot, lane] = transposedA ? [0, row] : [row, place % 4];
        const address = offset(row, place) - 4 * lane;
        const before = loaded.get(slot);
        const local = before?.address === address ? before.local : this.made(op.get(counter), op.load(address));
        loaded.set(slot, { address, local });
        return this.made(op.get(local), op.get(local), op.shuffle(lane, lane, lane, lane));
      },
      factorsOf: (count) => {
        const vector = this.made(op.get(counter), op.loadF32(offset(0, place)), op.splatF32);
        for (let row = 1; row < count; row++)
          this.body.emit(op.get(counter), op.get(vector), op.loadLane(offset(row, place), row), op.set(vector));
        return vector;
      },
    });
  }

  private multiplyAdd(a: number, b: number, sum: number): void {
    if (this.fused) this.body.emit(op.get(a), op.get(b), op.get(sum), op.relaxedMultiplyAdd, op.set(sum));
    else this.body.emit(op.get(sum), op.get(a), op.get(b), op.mul, op.add, op.set(sum));
  }

  private store(counter: number | undefined, local: number, address: number, lanes: number): void {
    if (counter === undefined) this.body.words.store(address, local, lanes);
    else this.body.emit(...op.storeLanes(op.get(counter), local, address, lanes));
  }

  private advance(local: number, bytes: number): void {
    this.body.emit(op.get(local), op.i32(bytes), op.i32Add, op.set(local));
  }

  private made(...instructions: readonly (readonly number[])[]): number {
    const local = this.body.local('v128');
    this.body.emit(...instructions, op.set(local));
    return local;
  }
}

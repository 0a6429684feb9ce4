/**
 * Sums over all elements of a group, in registers while the group is carried out.
 *
 * Floats are added in four lanes of one or several accumulators. Long sums are cut into runs, whose totals are added in double precision: that
 * keeps the rounding of float32 small. The order is always the same.
 */
import { op } from './bytes.ts';
import type { Vector, VectorCode } from './vector-code.ts';

/** One sum in the making. */
export class SumCode {
  private readonly accumulators: readonly Vector[];
  private readonly total: Vector | undefined;
  private readonly code: VectorCode;

  /** Begins at 0. `inRuns`: `endRun` will be called. */
  constructor(code: VectorCode, accumulators: number, inRuns: boolean) {
    this.code = code;
    this.accumulators = Array.from({ length: accumulators }, () => code.made(op.zero));
    this.total = inRuns ? code.made(op.zero) : undefined;
  }

  /** Adds the first `lanes` (1 to 4) of a vector. */
  add(vector: Vector, which: number, lanes: number): void {
    const { body } = this.code;
    const accumulator = this.accumulators[which % this.accumulators.length] ?? -1;
    const only = lanes < 4 ? [op.firstLanes(lanes), op.and] : [];
    body.emit(op.get(accumulator), op.get(vector), ...only, op.add, op.set(accumulator));
  }

  /** Adds what has come together to the total and begins anew. */
  endRun(): void {
    if (this.total === undefined) return;
    const { body } = this.code;
    const run = this.joined();
    body.emit(op.get(this.total), op.get(run), op.toDoubles, op.addDoubles);
    body.emit(op.get(run), op.get(run), op.shuffle(2, 3, 2, 3), op.toDoubles, op.addDoubles, op.set(this.total));
    for (const accumulator of this.accumulators) body.emit(op.zero, op.set(accumulator));
  }

  /** What has come together, in four lanes; begins anew. */
  takeRun(): Vector {
    const { body } = this.code;
    const run = this.code.made(op.get(this.joined()));
    for (const accumulator of this.accumulators) body.emit(op.zero, op.set(accumulator));
    return run;
  }

  /** Stores the sum in a cell. */
  finish(address: number): void {
    const { code, total } = this;
    code.body.words.store(address, total === undefined ? this.spreadSum() : this.spreadTotal(total), 4);
  }

  private spreadSum(): Vector {
    const { code } = this;
    const all = this.joined();
    const pairs = code.made(op.get(all), op.get(all), op.get(all), op.shuffle(2, 3, 0, 1), op.add);
    return code.made(op.get(pairs), op.get(pairs), op.get(pairs), op.shuffle(1, 0, 3, 2), op.add);
  }

  private spreadTotal(total: Vector): Vector {
    this.endRun();
    return this.code.made(op.get(total), op.doubleAt(0), op.get(total), op.doubleAt(1), op.addF64, op.toF32, op.splatF32);
  }

  /** The accumulators added up. */
  private joined(): Vector {
    let left = this.accumulators;
    while (left.length > 1) left = left.slice(0, left.length / 2).map((a, i) => this.code.add(a, left[i + left.length / 2] ?? a));
    return left[0] ?? -1;
  }
}

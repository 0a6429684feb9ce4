/**
 * Straight code on four floats at a time: every operation leaves its result in a local of its own, and is written like a call.
 *
 * Constants are loaded from memory once, where `begin` stood, since V8 would make each anew in several instructions wherever it is used.
 */
import { op } from './bytes.ts';
import type { FunctionBody } from './module.ts';

/** What such code needs to know of the plan around it. */
export interface VectorContext {
  /** Address of a vector of four times the same 32 bits. */
  readonly pattern: (bits: number) => number;
  /** There is relaxed SIMD: multiply and add with one rounding where the CPU can. */
  readonly fused: boolean;
}

/** A vector: the local that holds it. */
export type Vector = number;

/** Code in a function. Every method but `begin`, `end`, `constant` and `bits` writes the operation that it is named after. */
export class VectorCode {
  private readonly constants = new Map<number, Vector>();
  private start: number[] = [];
  readonly body: FunctionBody;
  private readonly context: VectorContext;

  constructor(body: FunctionBody, context: VectorContext) {
    this.body = body;
    this.context = context;
  }

  /** Constants will be loaded here: before any loop that uses them. */
  begin(): void {
    this.start = this.body.mark();
    this.constants.clear();
  }

  /** Writes the loads of the constants that have been used since `begin`. */
  end(): void {
    for (const [bits, local] of this.constants) this.start.push(...op.i32(0), ...op.load(this.context.pattern(bits)), ...op.set(local));
    this.constants.clear();
  }

  constant(value: number): Vector {
    return this.bits(new Int32Array(Float32Array.of(value).buffer)[0] ?? 0);
  }

  bits(bits: number): Vector {
    const local = this.constants.get(bits | 0) ?? this.body.local('v128');
    this.constants.set(bits | 0, local);
    return local;
  }

  add = this.binary(op.add);
  sub = this.binary(op.sub);
  mul = this.binary(op.mul);
  div = this.binary(op.div);
  min = this.binary(op.min);
  max = this.binary(op.max);
  quickMin = this.binary(op.quickMin);
  quickMax = this.binary(op.quickMax);
  above = this.binary(op.above);
  below = this.binary(op.below);
  equal = this.binary(op.equal);
  and = this.binary(op.and);
  wholeAdd = this.binary(op.wholeAdd);
  wholeSub = this.binary(op.wholeSub);
  abs = this.unary(op.abs);
  neg = this.unary(op.neg);
  sqrt = this.unary(op.sqrt);
  toFloats = this.unary(op.toFloats);

  shiftLeft(a: Vector, count: number): Vector {
    return this.made(op.get(a), op.shiftLeft(count));
  }

  shiftRight(a: Vector, count: number): Vector {
    return this.made(op.get(a), op.shiftRight(count));
  }

  /** `a · b + c` */
  multiplyAdd(a: Vector, b: Vector, c: Vector): Vector {
    if (this.context.fused) return this.made(op.get(a), op.get(b), op.get(c), op.relaxedMultiplyAdd);
    return this.made(op.get(a), op.get(b), op.mul, op.get(c), op.add);
  }

  /**
   * `x − n · (high + low)` for small whole numbers n. `high` has so few bits that its product is exact; where multiplying and adding is one rounding, the sum
   * of both does as well.
   */
  minusMultiple(x: Vector, n: Vector, high: number, low: number): Vector {
    if (this.context.fused) return this.multiplyAdd(n, this.constant(-(high + low)), x);
    return this.multiplyAdd(n, this.constant(-low), this.multiplyAdd(n, this.constant(-high), x));
  }

  /** Lanes of `a` where `condition` is all ones, of `b` where it is 0. */
  choose(condition: Vector, a: Vector, b: Vector): Vector {
    return this.made(op.get(a), op.get(b), op.get(condition), this.context.fused ? op.relaxedChoose : op.choose);
  }

  /** The value of a polynomial, its coefficients given from the highest on. */
  polynomial(x: Vector, [first = 0, ...others]: readonly number[]): Vector {
    return others.reduce((y, coefficient) => this.multiplyAdd(y, x, this.constant(coefficient)), this.constant(first));
  }

  /** A new local with what the instructions leave on the stack. */
  made(...instructions: readonly (readonly number[])[]): Vector {
    const local = this.body.local('v128');
    this.body.emit(...instructions, op.set(local));
    return local;
  }

  private binary(code: readonly number[]): (a: Vector, b: Vector) => Vector {
    return (a, b) => this.made(op.get(a), op.get(b), code);
  }

  private unary(code: readonly number[]): (a: Vector) => Vector {
    return (a) => this.made(op.get(a), code);
  }
}

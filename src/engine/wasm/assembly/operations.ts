/** Elementwise operations on four floats: each is given its operands' locals and answers the one with its result. */
import type { OperationName } from '../../plan/elementwise.ts';
import { errorFunction, exponential, hyperbolicTangent, logarithm, logistic, signum, softPlus } from './functions.ts';
import type { Vector, VectorCode } from './vector-code.ts';

type Emit = (v: VectorCode, a: Vector, b: Vector, c: Vector) => Vector;

/** 1 where a condition is all ones, else 0. */
function asNumber(v: VectorCode, condition: Vector): Vector {
  return v.and(condition, v.constant(1));
}

/** Code by operation. */
export const operations: Readonly<Record<OperationName, Emit>> = {
  exp: exponential,
  log: logarithm,
  tanh: hyperbolicTangent,
  sigmoid: logistic,
  softplus: softPlus,
  erf: errorFunction,
  sign: signum,
  neg: (v, a) => v.neg(a),
  sqrt: (v, a) => v.sqrt(a),
  square: (v, a) => v.mul(a, a),
  abs: (v, a) => v.abs(a),
  step: (v, a) => asNumber(v, v.above(a, v.constant(0))),
  relu: (v, a) => v.quickMax(a, v.constant(0)),
  reciprocal: (v, a) => v.div(v.constant(1), a),
  isFinite: (v, a) => asNumber(v, v.below(v.abs(a), v.constant(Infinity))),
  add: (v, a, b) => v.add(a, b),
  sub: (v, a, b) => v.sub(a, b),
  mul: (v, a, b) => v.mul(a, b),
  div: (v, a, b) => v.div(a, b),
  minimum: (v, a, b) => v.min(a, b),
  maximum: (v, a, b) => v.max(a, b),
  greater: (v, a, b) => asNumber(v, v.above(a, b)),
  select: (v, condition, a, b) => v.choose(v.equal(condition, v.constant(0)), b, a),
  broadcast: (_, a) => a,
};

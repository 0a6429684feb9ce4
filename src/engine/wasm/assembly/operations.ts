/**
 * Elementwise operations on four floats as WebAssembly: operands come from locals, the result is left on the stack. Where a few instructions
 * do not suffice, one of the kernels' functions is called.
 */
import type { BinaryName, UnaryName } from '../../../graph/graph.ts';
import { op } from './bytes.ts';

/** Functions of the kernels from four floats to four. */
export const vectorFunctions = {
  exp: 'exponential',
  log: 'logarithm',
  tanh: 'hyperbolicTangent',
  sigmoid: 'logistic',
  softplus: 'softPlus',
  erf: 'errorFunction',
  sign: 'signum',
} as const satisfies Partial<Record<UnaryName, string>>;

/** What can be done to four floats in a few instructions; `select` takes condition, a, b. */
export type InlineName = Exclude<UnaryName, keyof typeof vectorFunctions> | BinaryName | 'select' | 'broadcast';

type Emit = (a: number, b: number, c: number) => readonly (readonly number[])[];

const one = op.constant(1);
const zero = op.constant(0);
const both =
  (code: readonly number[]): Emit =>
  (a, b) => [op.get(a), op.get(b), code];

/** Code by operation, given its operands' locals. */
export const inlineOperations: Readonly<Record<InlineName, Emit>> = {
  neg: (a) => [op.get(a), op.neg],
  sqrt: (a) => [op.get(a), op.sqrt],
  square: (a) => [op.get(a), op.get(a), op.mul],
  abs: (a) => [op.get(a), op.abs],
  step: (a) => [op.get(a), zero, op.above, one, op.and],
  relu: (a) => [op.get(a), zero, op.quickMax],
  reciprocal: (a) => [one, op.get(a), op.div],
  isFinite: (a) => [op.get(a), op.abs, op.constant(Infinity), op.below, one, op.and],
  add: both(op.add),
  sub: both(op.sub),
  mul: both(op.mul),
  div: both(op.div),
  minimum: both(op.min),
  maximum: both(op.max),
  greater: (a, b) => [op.get(a), op.get(b), op.above, one, op.and],
  select: (condition, a, b) => [op.get(b), op.get(a), op.get(condition), zero, op.equal, op.choose],
  broadcast: (a) => [op.get(a)],
};

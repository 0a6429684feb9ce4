/** Elementwise operations as WGSL expressions of their operands' names. */
import type { BinaryName, UnaryName } from '../../../graph/graph.ts';

type Expression = (a: string, b: string, c: string) => string;

/** By operation; `select` takes condition, a, b. */
export const elementwise = {
  neg: (a) => `-${a}`,
  exp: (a) => `exponential(${a})`,
  log: (a) => `logarithm(${a})`,
  sqrt: (a) => `sqrt(${a})`,
  square: (a) => `${a} * ${a}`,
  abs: (a) => `abs(${a})`,
  sign: (a) => `signum(${a})`,
  step: (a) => `select(0.0, 1.0, ${a} > 0.0)`,
  relu: (a) => `positivePart(${a})`,
  tanh: (a) => `hyperbolicTangent(${a})`,
  sigmoid: (a) => `logistic(${a})`,
  softplus: (a) => `softPlus(${a})`,
  erf: (a) => `errorFunction(${a})`,
  reciprocal: (a) => `1.0 / ${a}`,
  isFinite: (a) => `finiteness(${a})`,
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  minimum: (a, b) => `smaller(${a}, ${b})`,
  maximum: (a, b) => `larger(${a}, ${b})`,
  greater: (a, b) => `select(0.0, 1.0, ${a} > ${b})`,
  select: (condition, a, b) => `select(${b}, ${a}, ${condition} != 0.0)`,
  broadcast: (a) => a,
} as const satisfies Readonly<Record<UnaryName | BinaryName | 'select' | 'broadcast', Expression>>;

/** Name of an elementwise operation. */
export type ElementwiseName = keyof typeof elementwise;

/** The operations that are carried out element by element: what executors fuse. */
import type { BinaryName, UnaryName } from '../../graph/graph.ts';

/** What can be done to single elements; `select` takes condition, a, b. */
export type OperationName = UnaryName | BinaryName | 'select' | 'broadcast';

const operations: Readonly<Record<OperationName, true>> = {
  neg: true,
  exp: true,
  log: true,
  sqrt: true,
  square: true,
  abs: true,
  sign: true,
  step: true,
  relu: true,
  tanh: true,
  sigmoid: true,
  softplus: true,
  erf: true,
  reciprocal: true,
  isFinite: true,
  add: true,
  sub: true,
  mul: true,
  div: true,
  minimum: true,
  maximum: true,
  greater: true,
  select: true,
  broadcast: true,
};

/** True for names of such operations. */
export function isOperation(name: string): name is OperationName {
  return name in operations;
}

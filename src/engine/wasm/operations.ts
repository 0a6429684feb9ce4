/** The elementwise operations of graphs by the kernel that does each. */
import type { BinaryName, UnaryName } from '../../graph/graph.ts';
import * as opcode from './opcodes.ts';

/** Kernels by operation. */
export const operations: Readonly<Record<BinaryName | UnaryName, number>> = {
  add: opcode.add,
  sub: opcode.sub,
  mul: opcode.mul,
  div: opcode.div,
  minimum: opcode.minimum,
  maximum: opcode.maximum,
  greater: opcode.greater,
  neg: opcode.neg,
  exp: opcode.exp,
  log: opcode.log,
  sqrt: opcode.sqrt,
  square: opcode.square,
  abs: opcode.abs,
  sign: opcode.sign,
  step: opcode.step,
  relu: opcode.relu,
  tanh: opcode.tanh,
  sigmoid: opcode.sigmoid,
  softplus: opcode.softplus,
  erf: opcode.erf,
  reciprocal: opcode.reciprocal,
  isFinite: opcode.isFinite,
};

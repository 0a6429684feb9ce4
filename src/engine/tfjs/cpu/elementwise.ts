/**
 * Elementwise ops on the CPU. tfjs calls a function for each element; here each op has a loop of its own, which a compiler turns
 * into straight code. Same arithmetic: double precision, rounded once when stored.
 */
import { backend_util } from '@tensorflow/tfjs-core';
import { sizeOf, type BinaryName, type Shape, type UnaryName } from '../../../graph/graph.ts';
import { elementwise } from '../ops/elementwise.ts';
import type { NodeOf, OpTable, Run, Tools } from '../ops/op.ts';
import { fillFromOne, fillFromTwo, sources, valuesOf } from './fill.ts';

type UnaryLoop = (x: Float32Array, y: Float32Array) => void;

const unaryLoops: Readonly<Record<UnaryName, UnaryLoop>> = {
  neg(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = -x[i]!;
  },
  exp(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.exp(x[i]!);
  },
  log(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.log(x[i]!);
  },
  sqrt(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sqrt(x[i]!);
  },
  square(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * x[i]!;
  },
  abs(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.abs(x[i]!);
  },
  sign(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.sign(x[i]!);
  },
  step(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = x[i]! > 0 ? 1 : 0;
  },
  relu(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(0, x[i]!);
  },
  tanh(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.tanh(x[i]!);
  },
  sigmoid(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
  },
  softplus(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Math.max(0, x[i]!) + Math.log1p(Math.exp(-Math.abs(x[i]!)));
  },
  erf(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = errorFunction(x[i]!);
  },
  reciprocal(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = 1 / x[i]!;
  },
  isFinite(x, y) {
    for (let i = 0; i < y.length; i++) y[i] = Number.isFinite(x[i]!) ? 1 : 0;
  },
};

const { ERF_P, ERF_A1, ERF_A2, ERF_A3, ERF_A4, ERF_A5 } = backend_util;

/** Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: within 1.5e-7. */
function errorFunction(x: number): number {
  const v = Math.abs(x);
  const t = 1 / (1 + ERF_P * v);
  const polynomial = ((((ERF_A5 * t + ERF_A4) * t + ERF_A3) * t + ERF_A2) * t + ERF_A1) * t;
  return Math.sign(x) * (1 - polynomial * Math.exp(-v * v));
}

/** Fills `y` from `from` to before `to`; `i` and `j` are places in `a` and `b`, which move on by their steps, 0 or 1. */
type BinaryLoop = (
  y: Float32Array,
  from: number,
  to: number,
  a: Float32Array,
  i: number,
  stepA: number,
  b: Float32Array,
  j: number,
  stepB: number,
) => void;

const binaryLoops: Readonly<Record<BinaryName, BinaryLoop>> = {
  add(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = a[i]! + b[j]!;
  },
  sub(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = a[i]! - b[j]!;
  },
  mul(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = a[i]! * b[j]!;
  },
  div(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = a[i]! / b[j]!;
  },
  minimum(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = Math.min(a[i]!, b[j]!);
  },
  maximum(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = Math.max(a[i]!, b[j]!);
  },
  greater(y, from, to, a, i, stepA, b, j, stepB) {
    for (let at = from; at < to; at++, i += stepA, j += stepB) y[at] = a[i]! > b[j]! ? 1 : 0;
  },
};

/** How two operands run through a result: blocks in which each stands still or moves along, and where each block starts. */
interface Blocks {
  readonly length: number;
  readonly stepA: number;
  readonly stepB: number;
  readonly startsA: Uint32Array;
  readonly startsB: Uint32Array;
}

/** The longest last axes of `to` over which neither operand changes from standing still to moving. */
function blocksOf(shapeA: Shape, shapeB: Shape, to: Shape): Blocks {
  const [a, b] = [padded(shapeA, to.length), padded(shapeB, to.length)];
  let cut = to.length;
  let [length, stepA, stepB] = [1, 0, 0];
  for (; cut > 0; cut--) {
    const size = to[cut - 1] ?? 1;
    if (size === 1) continue;
    const [movesA, movesB] = [a[cut - 1] === size ? 1 : 0, b[cut - 1] === size ? 1 : 0];
    if (length === 1) [stepA, stepB] = [movesA, movesB];
    else if (movesA !== stepA || movesB !== stepB) break;
    length *= size;
  }
  const starts = (shape: Shape): Uint32Array => {
    const inner = sizeOf(shape.slice(cut));
    return sources(shape.slice(0, cut), to.slice(0, cut)).map((block) => block * inner);
  };
  return { length, stepA, stepB, startsA: starts(a), startsB: starts(b) };
}

function padded(shape: Shape, rank: number): Shape {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

function unary(node: NodeOf<UnaryName>, tools: Tools): Run {
  return fillFromOne(node, tools, unaryLoops[node.op]);
}

function binary(node: NodeOf<BinaryName>, tools: Tools): Run {
  const loop = binaryLoops[node.op];
  const { length, stepA, stepB, startsA, startsB } = blocksOf(tools.inputShape(node, 0), tools.inputShape(node, 1), node.shape);
  if (startsA.length === 1) {
    return fillFromTwo(node, tools, (a, b, result) => {
      loop(result, 0, length, a, 0, stepA, b, 0, stepB);
    });
  }
  return fillFromTwo(node, tools, (a, b, result) => {
    for (let block = 0, at = 0; block < startsA.length; block++, at += length) {
      loop(result, at, at + length, a, startsA[block]!, stepA, b, startsB[block]!, stepB);
    }
  });
}

/** A single condition passes a branch on, as on the other backends. */
function select(node: NodeOf<'select'>, tools: Tools): Run {
  const size = sizeOf(node.shape);
  if (sizeOf(tools.inputShape(node, 0)) !== size || size === 1) return elementwise.select(node, tools);
  return (inputs) => {
    const condition = valuesOf(inputs, 0, tools);
    const [a, b] = [valuesOf(inputs, 1, tools), valuesOf(inputs, 2, tools)];
    const result = tools.fresh(size);
    for (let i = 0; i < size; i++) result[i] = condition[i] === 0 ? b[i]! : a[i]!;
    return tools.upload(result, node.shape);
  };
}

/** See `OpTable`. */
export const cpuElementwise = {
  neg: unary,
  exp: unary,
  log: unary,
  sqrt: unary,
  square: unary,
  abs: unary,
  sign: unary,
  step: unary,
  relu: unary,
  tanh: unary,
  sigmoid: unary,
  softplus: unary,
  erf: unary,
  reciprocal: unary,
  isFinite: unary,
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  minimum: binary,
  maximum: binary,
  greater: binary,
  select,
} satisfies Partial<OpTable>;

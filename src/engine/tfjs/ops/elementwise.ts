/** Elementwise ops: one tfjs kernel each, and `select`. */
import { sizeOf, type Node } from '../../../graph/graph.ts';
import type { BinaryName, UnaryName } from '../../../graph/graph.ts';
import { input, viewAs, type NodeOf, type OpTable, type Run, type Tools } from './op.ts';

const unaryKernels: Readonly<Record<UnaryName, string>> = {
  neg: 'Neg',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  square: 'Square',
  abs: 'Abs',
  sign: 'Sign',
  step: 'Step',
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
  erf: 'Erf',
  reciprocal: 'Reciprocal',
  isFinite: 'IsFinite',
};

const binaryKernels: Readonly<Record<BinaryName, string>> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Multiply',
  div: 'RealDiv',
  minimum: 'Minimum',
  maximum: 'Maximum',
  greater: 'Greater',
};

function unary(node: NodeOf<UnaryName>, tools: Tools): Run {
  const kernel = tools.kernel(unaryKernels[node.op]);
  const attributes = node.op === 'step' ? { alpha: 0 } : {};
  if (node.op !== 'isFinite') return (inputs) => kernel({ x: input(inputs, 0) }, attributes);
  return (inputs) => asFloat(kernel({ x: input(inputs, 0) }, attributes));
}

function binary(node: NodeOf<BinaryName>, tools: Tools): Run {
  const kernel = tools.kernel(binaryKernels[node.op]);
  if (node.op !== 'greater') return (inputs) => kernel({ a: input(inputs, 0), b: input(inputs, 1) });
  return (inputs) => asFloat(kernel({ a: input(inputs, 0), b: input(inputs, 1) }));
}

/** Backends go by the type a tensor was made with, so that a truth value becomes 0 or 1 by calling it a float. */
function asFloat(tensor: ReturnType<Run>): ReturnType<Run> {
  return viewAs(tensor, tensor.shape, 'float32');
}

/** True where a node can only hold 0 and 1. */
function isTruth(node: Node, tools: Tools): boolean {
  switch (node.op) {
    case 'greater':
    case 'isFinite':
      return true;
    case 'mul':
    case 'minimum':
    case 'maximum':
      return node.inputs.every((_, index) => isTruth(tools.inputNode(node, index), tools));
    case 'reshape':
    case 'broadcast':
      return isTruth(tools.inputNode(node, 0), tools);
    default:
      return false;
  }
}

/**
 * tfjs' `Select` wants a truth value of the shape of the branches; on the GPU backends a scalar works too if the branches have
 * two axes or more. A condition known on the host costs nothing: the branch is passed on.
 */
function select(node: NodeOf<'select'>, tools: Tools): Run {
  const kernel = tools.kernel('Select');
  const notEqual = tools.kernel('NotEqual');
  const reshape = tools.kernel('Reshape');
  const condition = tools.inputNode(node, 0);
  const single = sizeOf(condition.shape) === 1;
  const truth = isTruth(condition, tools);
  const lift = node.shape.length < 2 ? [1, sizeOf(node.shape)] : undefined;
  const zero = tools.filled(0, []);
  const shapeOfCondition = single ? [] : lift;
  return (inputs) => {
    const flag = input(inputs, 0);
    if (single) {
      const known = tools.hostNumber(node, 0) ?? tools.hostValues(flag)?.[0];
      if (known !== undefined) return tools.retain(input(inputs, known === 0 ? 2 : 1));
    }
    const owned: ReturnType<Run>[] = [];
    const own = (tensor: ReturnType<Run>): ReturnType<Run> => {
      owned.push(tensor);
      return tensor;
    };
    const shaped = (tensor: ReturnType<Run>, shape: readonly number[] | undefined): ReturnType<Run> =>
      shape === undefined ? tensor : own(reshape({ x: tensor }, { shape: [...shape] }));
    const boolean = truth ? flag : own(notEqual({ a: flag, b: zero }));
    const chosen = kernel({
      condition: viewAs(shaped(boolean, shapeOfCondition), shapeOfCondition ?? flag.shape, 'bool'),
      t: shaped(input(inputs, 1), lift),
      e: shaped(input(inputs, 2), lift),
    });
    const result = lift === undefined ? chosen : reshape({ x: chosen }, { shape: [...node.shape] });
    if (lift !== undefined) tools.release(chosen);
    for (const tensor of owned) tools.release(tensor);
    return result;
  };
}

/** See `OpTable`. */
export const elementwise = {
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

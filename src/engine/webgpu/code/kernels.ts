/** The kernel of every instruction: what its node is, and what is done with each element that comes out. A new op is a line here. */
import { sizeOf, type Node, type NodeId } from '../../../graph/graph.ts';
import type { Group, Instruction, Single } from '../../planning/instructions.ts';
import type { Values } from '../../planning/values.ts';
import { EngineError } from '../../engine-error.ts';
import { matrix, surroundings, turnedKernel, type Window } from './factors.ts';
import { elementCode } from './group-code.ts';
import { whole } from './indexing.ts';
import { threads, type Finish, type Kernel, type Start } from './kernel.ts';
import { partsOfProduct, productKernel, type Factor } from './products.ts';
import { partsKernel, partsOfReduction, reductionAxes, reductionKernel } from './reductions.ts';
import { crossEntropyKernel, softmaxKernel } from './rows.ts';

/** A piece that is copied to where it is joined with others. */
export interface Piece {
  readonly source: NodeId;
  readonly offset: number;
  readonly size: number;
}

/** The kernel of an instruction. `pieces`: what a concatenation must still copy; undefined where there is nothing to do. */
export function kernelOf(values: Values, instruction: Instruction, pieces: readonly Piece[]): Kernel | undefined {
  switch (instruction.kind) {
    case 'group':
      return groupKernel(values, instruction);
    case 'single': {
      const { result } = instruction;
      if (values.node(instruction.id).op === 'concat') return pieces.length === 0 ? undefined : copyKernel(result, pieces);
      return singleKernel(values, instruction, (scope, index, value) => scope.store(result, index, value));
    }
    case 'parts': {
      const { result } = instruction;
      const finish: Finish = (scope, index, value) => scope.store(result, index, value);
      return nodeKernel(values, instruction.id, instruction.count, finish);
    }
    case 'expansion':
      throw new EngineError('internal', 'Repetition is never written out here.');
  }
}

/** Parts that the sums of a node are best cut into; 1 for nodes without long sums. */
export function partsOf(values: Values, id: NodeId): number {
  const node = values.node(id);
  if (node.op === 'sum' || node.op === 'max') {
    const length = values.size(node.inputs[0] ?? -1) / values.size(id);
    return values.size(id) > threads ? 1 : partsOfReduction(length);
  }
  const sizes = productOf(values, node);
  return sizes === undefined ? 1 : partsOfProduct(sizes.m, sizes.n, sizes.k);
}

function groupKernel(values: Values, group: Group): Kernel {
  const { head, tail, size } = group;
  if (head !== undefined) return singleKernel(values, head, (scope, index, value) => elementCode(group, scope, index, value).code);
  if (tail !== undefined) {
    const { root } = values.view(values.node(tail.id).inputs[0] ?? -1);
    const start: Start = (scope, index) => {
      const { code, valueOf } = elementCode(group, scope, index);
      return { code, value: valueOf(root) };
    };
    const finish: Finish = (scope, index, value) => scope.store(tail.result, index, value);
    return reduction(values, tail.id, tail.kind === 'parts' ? tail.count : 1, start, finish);
  }
  const workgroups = Math.ceil(size / threads);
  return {
    workgroups,
    cost: workgroups * (1 + group.members.length / 8),
    sharedFloats: 0,
    emit: (scope) => `let i = workgroup * ${whole(threads)} + local;
if (i < ${whole(size)}) {
${elementCode(group, scope, 'i').code}}
`,
  };
}

function singleKernel(values: Values, single: Single, finish: Finish): Kernel {
  const { parts, id } = single;
  if (parts === undefined) return nodeKernel(values, id, 1, finish);
  const name = values.node(id).op === 'max' ? 'max' : 'sum';
  const start: Start = (scope, index) => ({ code: `let x = ${scope.load(parts.source, index)};\n`, value: 'x' });
  return partsKernel(name, values.size(id), parts.count, start, finish);
}

function nodeKernel(values: Values, id: NodeId, parts: number, finish: Finish): Kernel {
  const node = values.node(id);
  const [a = -1, b = -1] = node.inputs;
  const product = productOf(values, node);
  if (product !== undefined) return productKernel({ ...product, parts, finish });
  switch (node.op) {
    case 'sum':
    case 'max': {
      const start: Start = (scope, index) => ({ code: `let x = ${scope.load(a, index)};\n`, value: 'x' });
      return reduction(values, id, parts, start, finish);
    }
    case 'softmax': {
      const columns = node.shape.at(-1) ?? 1;
      return softmaxKernel(a, sizeOf(node.shape) / columns, columns, finish);
    }
    case 'softmaxCrossEntropy':
      return crossEntropyKernel(a, b, sizeOf(node.shape), values.node(a).shape[1] ?? 1, finish);
    default:
      throw new EngineError('internal', `No kernel for ${node.op}.`);
  }
}

function reduction(values: Values, id: NodeId, parts: number, start: Start, finish: Finish): Kernel {
  const node = values.node(id);
  if (node.op !== 'sum' && node.op !== 'max') throw new EngineError('internal', `${node.op} reduces nothing.`);
  const axes = reductionAxes(values.node(node.inputs[0] ?? -1).shape, node.axes);
  return reductionKernel({ name: node.op, ...axes, parts, start, finish });
}

/** Sizes and factors of nodes that are products in one way or another. */
function productOf(
  values: Values,
  node: Node,
): { readonly m: number; readonly n: number; readonly k: number; readonly a: Factor; readonly b: Factor } | undefined {
  const [a = -1, b = -1] = node.inputs;
  const shapeOf = (id: NodeId): readonly number[] => values.node(id).shape;
  switch (node.op) {
    case 'matMul': {
      const [m = 0, n = 0] = node.shape;
      const [rows = 0, columns = 0] = shapeOf(a);
      const k = node.transposeA ? rows : columns;
      return { m, n, k, a: matrix(a, columns, node.transposeA), b: matrix(b, shapeOf(b)[1] ?? 0, node.transposeB) };
    }
    case 'conv2d': {
      const window = windowOf(shapeOf(a), shapeOf(b));
      const [n, k] = [shapeOf(b)[3] ?? 0, sizeOf(shapeOf(b).slice(0, 3))];
      return { m: sizeOf(node.shape) / n, n, k, a: surroundings(a, window, 1, false), b: matrix(b, n, false) };
    }
    case 'conv2dInputGradient': {
      const [, , inputs = 0, outputs = 0] = shapeOf(b);
      const window = windowOf(shapeOf(a), shapeOf(b));
      const k = window.kernelHeight * window.kernelWidth * outputs;
      const image = surroundings(a, window, -1, false);
      return { m: sizeOf(node.shape) / inputs, n: inputs, k, a: image, b: turnedKernel(b, inputs, outputs) };
    }
    case 'conv2dKernelGradient': {
      const n = node.shape[3] ?? 0;
      const window = windowOf(shapeOf(a), node.shape);
      return { m: sizeOf(node.shape) / n, n, k: sizeOf(shapeOf(b)) / n, a: surroundings(a, window, 1, true), b: matrix(b, n, false) };
    }
    default:
      return undefined;
  }
}

function windowOf([, height = 0, width = 0, channels = 0]: readonly number[], kernel: readonly number[]): Window {
  const [kernelHeight = 0, kernelWidth = 0] = kernel;
  return { height, width, channels, kernelHeight, kernelWidth };
}

function copyKernel(result: NodeId, pieces: readonly Piece[]): Kernel {
  const total = pieces.reduce((sum, { size }) => sum + size, 0);
  const workgroups = Math.ceil(total / threads);
  return {
    workgroups,
    cost: workgroups * (1 + pieces.length / 8),
    sharedFloats: 0,
    emit(scope) {
      let begin = 0;
      const branches = pieces.map(({ source, offset, size }) => {
        const from = begin;
        begin += size;
        const place = scope.store(result, `(i - ${whole(from)} + ${whole(offset)})`, scope.load(source, `(i - ${whole(from)})`));
        return `if (i < ${whole(begin)}) {\n${place}}`;
      });
      return `let i = workgroup * ${whole(threads)} + local;\n${branches.join(' else ')}\n`;
    },
  };
}

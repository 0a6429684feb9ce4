/** Sums by row number, standardised rows and turned pairs, of several tfjs kernels each. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../graph/graph.ts';
import { oneHotOf } from './index-ops.ts';
import { input, owning, type NodeOf, type OpTable, type Own, type Run, type Tools } from './op.ts';

/** A product with one-hot rows: every sum has a fixed order, which atomic additions have not. */
function gatherGradient(node: NodeOf<'gatherGradient'>, tools: Tools): Run {
  const [depth = 1] = node.shape;
  const [count = 0] = tools.inputShape(node, 1);
  const encode = oneHotOf(depth, tools);
  const [reshape, product] = [tools.kernel('Reshape'), tools.kernel('BatchMatMul')];
  return (inputs) =>
    owning(tools, (own) => {
      const dy = own(reshape({ x: input(inputs, 0) }, { shape: [count, sizeOf(node.shape) / depth] }));
      const sums = own(product({ a: own(encode(input(inputs, 1))), b: dy }, { transposeA: true, transposeB: false }));
      return reshape({ x: sums }, { shape: [...node.shape] });
    });
}

/** What standardising and its gradient share: means of rows, and a row's middle and scale. */
function rowTools(node: NodeOf<'standardize' | 'standardizeGradient'>, tools: Tools) {
  const columns = node.shape.at(-1) ?? 1;
  const [sum, multiply, sub] = [tools.kernel('Sum'), tools.kernel('Multiply'), tools.kernel('Sub')];
  const [add, square, rsqrt] = [tools.kernel('Add'), tools.kernel('Square'), tools.kernel('Rsqrt')];
  const share = tools.filled(1 / columns, []);
  const epsilon = tools.filled(node.epsilon, []);
  const mean = (x: TensorInfo, own: Own): TensorInfo =>
    own(multiply({ a: own(sum({ x }, { axis: [node.shape.length - 1], keepDims: true })), b: share }));
  const shifted = (x: TensorInfo, own: Own): TensorInfo => (node.centered ? own(sub({ a: x, b: mean(x, own) })) : x);
  const scale = (x: TensorInfo, own: Own): TensorInfo => own(rsqrt({ x: own(add({ a: mean(own(square({ x })), own), b: epsilon })) }));
  return { mean, shifted, scale, multiply, sub };
}

function standardize(node: NodeOf<'standardize'>, tools: Tools): Run {
  const { shifted, scale, multiply } = rowTools(node, tools);
  return (inputs) =>
    owning(tools, (own) => {
      const x = shifted(input(inputs, 0), own);
      return multiply({ a: x, b: scale(x, own) });
    });
}

function standardizeGradient(node: NodeOf<'standardizeGradient'>, tools: Tools): Run {
  const { mean, shifted, scale, multiply, sub } = rowTools(node, tools);
  return (inputs) =>
    owning(tools, (own) => {
      const dy = input(inputs, 0);
      const x = shifted(input(inputs, 1), own);
      const factor = scale(x, own);
      const y = own(multiply({ a: x, b: factor }));
      const along = own(multiply({ a: y, b: mean(own(multiply({ a: dy, b: y })), own) }));
      return multiply({ a: own(sub({ a: shifted(dy, own), b: along })), b: factor });
    });
}

function rotate(node: NodeOf<'rotate'>, tools: Tools): Run {
  const [rows = 1, columns = 1] = node.shape;
  const [positions = 1, half = 1] = tools.inputShape(node, 1);
  const heads = columns / (2 * half);
  const [reshape, slice, concat] = [tools.kernel('Reshape'), tools.kernel('Slice'), tools.kernel('Concat')];
  const [multiply, add, sub] = [tools.kernel('Multiply'), tools.kernel('Add'), tools.kernel('Sub')];
  const byHead = [rows / positions, positions, heads, half];
  const pairs = [rows * heads, 2, half];
  return (inputs) =>
    owning(tools, (own) => {
      const shaped = (x: TensorInfo, shape: readonly number[]) => own(reshape({ x }, { shape: [...shape] }));
      const x = shaped(input(inputs, 0), pairs);
      const part = (index: number) => shaped(own(slice({ x }, { begin: [0, index, 0], size: [rows * heads, 1, half] })), byHead);
      const [a, b] = [part(0), part(1)];
      const [cosines, sines] = [shaped(input(inputs, 1), [positions, 1, half]), shaped(input(inputs, 2), [positions, 1, half])];
      const by = (value: TensorInfo, table: TensorInfo) => own(multiply({ a: value, b: table }));
      const first = own(sub({ a: by(a, cosines), b: by(b, sines) }));
      const second = own(add({ a: by(b, cosines), b: by(a, sines) }));
      const turned = [first, second].map((value) => shaped(value, [rows * heads, 1, half]));
      return reshape({ x: own(concat(turned, { axis: 1 })) }, { shape: [rows, columns] });
    });
}

/** See `OpTable`. */
export const sequences = { gatherGradient, standardize, standardizeGradient, rotate } satisfies Partial<OpTable>;

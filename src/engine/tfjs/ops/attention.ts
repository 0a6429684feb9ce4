/** Causal attention of tfjs' batched products, a head of a sequence each; the masked half is computed and then masked. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { sizeOf } from '../../../graph/graph.ts';
import { input, owning, type NodeOf, type OpTable, type Own, type Run, type Tools } from './op.ts';

/** Added to what may not be seen: its exponential is 0, and no sum with a score is infinite. */
const unseen = -1e30;

/** What both ways share, for a node whose q and v are the inputs of these numbers. */
function headTools(node: NodeOf<'causalAttention' | 'causalAttentionGradient'>, tools: Tools, query: number) {
  const { heads, context } = node;
  const [rows = 0, keyColumns = 0] = tools.inputShape(node, query);
  const sequences = rows / context;
  const [reshape, transpose, product] = [tools.kernel('Reshape'), tools.kernel('Transpose'), tools.kernel('BatchMatMul')];
  const [multiply, add, softmax] = [tools.kernel('Multiply'), tools.kernel('Add'), tools.kernel('Softmax')];
  const scale = tools.filled(1 / Math.sqrt(keyColumns / heads), []);
  const mask = tools.constant('above the diagonal', [context, context], () =>
    Float32Array.from({ length: context * context }, (_, index) => (index % context > Math.floor(index / context) ? unseen : 0)),
  );
  /** `[n·t, h·d]` → `[n, h, t, d]`. */
  const split = (x: TensorInfo, own: Own): TensorInfo => {
    const shaped = own(reshape({ x }, { shape: [sequences, context, heads, sizeOf(x.shape) / (rows * heads)] }));
    return own(transpose({ x: shaped }, { perm: [0, 2, 1, 3] }));
  };
  /** Back to rows of all heads, in the shape that is asked for. */
  const join = (x: TensorInfo, shape: readonly number[], own: Own): TensorInfo =>
    reshape({ x: own(transpose({ x }, { perm: [0, 2, 1, 3] })) }, { shape: [...shape] });
  const times = (a: TensorInfo, b: TensorInfo, own: Own, transposeA = false, transposeB = false): TensorInfo =>
    own(product({ a, b }, { transposeA, transposeB }));
  const probabilities = (q: TensorInfo, k: TensorInfo, own: Own): TensorInfo => {
    const scores = own(multiply({ a: times(q, k, own, false, true), b: scale }));
    return own(softmax({ logits: own(add({ a: scores, b: mask })) }, { dim: 3 }));
  };
  return { split, join, times, probabilities, multiply, scale };
}

function causalAttention(node: NodeOf<'causalAttention'>, tools: Tools): Run {
  const { split, join, times, probabilities } = headTools(node, tools, 0);
  return (inputs) =>
    owning(tools, (own) => {
      const p = probabilities(split(input(inputs, 0), own), split(input(inputs, 1), own), own);
      return join(times(p, split(input(inputs, 2), own), own), node.shape, own);
    });
}

function causalAttentionGradient(node: NodeOf<'causalAttentionGradient'>, tools: Tools): Run {
  const { split, join, times, probabilities, multiply, scale } = headTools(node, tools, 1);
  const [sum, sub, concat] = [tools.kernel('Sum'), tools.kernel('Sub'), tools.kernel('Concat')];
  return (inputs) =>
    owning(tools, (own) => {
      const part = (index: number) => split(input(inputs, index), own);
      const [dy, q, k, v] = [part(0), part(1), part(2), part(3)];
      const p = probabilities(q, k, own);
      const dp = times(dy, v, own, false, true);
      const along = own(sum({ x: own(multiply({ a: p, b: dp })) }, { axis: [3], keepDims: true }));
      const s = own(multiply({ a: own(multiply({ a: p, b: own(sub({ a: dp, b: along })) })), b: scale }));
      const flat = (x: TensorInfo) => own(join(x, [sizeOf(x.shape)], own));
      return concat([flat(times(s, k, own)), flat(times(s, q, own, true)), flat(times(p, dy, own, true))], { axis: 0 });
    });
}

/** See `OpTable`. */
export const attention = { causalAttention, causalAttentionGradient } satisfies Partial<OpTable>;

/** Ops on whole numbers, class probabilities, and the dropout mask. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { EngineError } from '../../engine-error.ts';
import { sizeOf } from '../../../graph/graph.ts';
import { fillKeepMask, fillNormal, stream } from '../../../shared/random.ts';
import { input, owning, type NodeOf, type OpTable, type Run, type Tools } from './op.ts';

/** The tensor as int32: itself where it was uploaded as such (`integers.ts`). */
function withInteger(tensor: TensorInfo, tools: Tools, use: (integer: TensorInfo) => TensorInfo): TensorInfo {
  if (tensor.dtype === 'int32') return use(tensor);
  const integer = tools.kernel('Cast')({ x: tensor }, { dtype: 'int32' });
  const result = use(integer);
  tools.release(integer);
  return result;
}

function gather(_node: NodeOf<'gather'>, tools: Tools): Run {
  const kernel = tools.kernel('GatherV2');
  return (inputs) => withInteger(input(inputs, 1), tools, (indices) => kernel({ x: input(inputs, 0), indices }, { axis: 0, batchDims: 0 }));
}

/** Labels as rows with a one each. */
export function oneHotOf(depth: number, tools: Tools): (labels: TensorInfo) => TensorInfo {
  const kernel = tools.kernel('OneHot');
  const attributes = { depth, onValue: 1, offValue: 0, dtype: 'float32' };
  return (labels) => withInteger(labels, tools, (indices) => kernel({ indices }, attributes));
}

function oneHot(node: NodeOf<'oneHot'>, tools: Tools): Run {
  const encode = oneHotOf(node.depth, tools);
  return (inputs) => encode(input(inputs, 0));
}

function softmax(node: NodeOf<'softmax'>, tools: Tools): Run {
  const kernel = tools.kernel('Softmax');
  const attributes = { dim: node.shape.length - 1 };
  return (inputs) => kernel({ logits: input(inputs, 0) }, attributes);
}

/** log Σ exp(z − max z) − (z − max z) at the label: no overflow for any finite logits. */
function softmaxCrossEntropy(node: NodeOf<'softmaxCrossEntropy'>, tools: Tools): Run {
  const [max, sum, sub] = [tools.kernel('Max'), tools.kernel('Sum'), tools.kernel('Sub')];
  const [exp, log, multiply] = [tools.kernel('Exp'), tools.kernel('Log'), tools.kernel('Multiply')];
  const encode = oneHotOf(tools.inputShape(node, 0)[1] ?? 1, tools);
  return (inputs) =>
    owning(tools, (own) => {
      const logits = input(inputs, 0);
      const shifted = own(sub({ a: logits, b: own(max({ x: logits }, { reductionIndices: [1], keepDims: true })) }));
      const total = own(log({ x: own(sum({ x: own(exp({ x: shifted })) }, { axis: [1], keepDims: false })) }));
      const atLabel = own(sum({ x: own(multiply({ a: shifted, b: own(encode(input(inputs, 1))) })) }, { axis: [1], keepDims: false }));
      return sub({ a: total, b: atLabel });
    });
}

/** The mask is made on the host: a pure function of (seed, step, site, element), the same on every engine. */
function dropoutMask(node: NodeOf<'dropoutMask'>, tools: Tools): Run {
  const size = sizeOf(node.shape);
  return () => {
    const rate = tools.hostNumber(node, 0);
    if (rate === undefined) throw new EngineError('internal', 'A dropout rate must follow from scalars alone.');
    if (rate === 0) return tools.retain(tools.filled(1, node.shape));
    const mask = new Float32Array(size);
    fillKeepMask(mask, rate, tools.clock.seed, tools.clock.step, node.site);
    return tools.upload(mask, node.shape);
  };
}

/** Made on the host like the mask, and for the same reason. */
function normalNoise(node: NodeOf<'normalNoise'>, tools: Tools): Run {
  const size = sizeOf(node.shape);
  return () => {
    const noise = new Float32Array(size);
    fillNormal(noise, tools.clock.seed, stream.trainingNoise, tools.clock.step, node.site);
    return tools.upload(noise, node.shape);
  };
}

/** See `OpTable`. */
export const indexOps = { gather, oneHot, softmax, softmaxCrossEntropy, dropoutMask, normalNoise } satisfies Partial<OpTable>;

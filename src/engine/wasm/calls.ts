/** Turns every instruction but groups into calls of kernels. */
import { sizeOf, type Node, type NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import { floatBytes } from './layout.ts';
import { mergedAxes } from '../plan/operands.ts';
import { isSmall } from './assembly/product-code.ts';
import { areSmallSums, isSmallGather, isSmallTurn, type Small } from './assembly/small-code.ts';
import { isLargeProduct, productSize } from './products.ts';
import { sequenceCall } from './sequence-calls.ts';
import { rowsOf } from './shares.ts';
import type { Call } from './kernels.ts';
import type { Expansion, Single } from './instructions.ts';
import type { Values } from '../plan/values.ts';

/** What calls need to know of the plan around them. */
export interface CallContext {
  readonly values: Values;
  readonly address: (id: NodeId) => number;
  /** True for a piece that lies in its concatenation already. */
  readonly isPlaced: (root: NodeId, concat: NodeId, offset: number) => boolean;
  /** Memory for the length of one instruction; always the same. A kernel may read and write it at once: what it writes lies behind what it reads. */
  readonly scratch: (floats: number) => number;
  /** Memory that holds zeros but where the images of a convolution with this key are put. */
  readonly frame: (key: string, floats: number) => number;
  readonly zeros: number;
  /** Puts whole numbers into memory and answers where. */
  readonly words: (values: readonly number[]) => number;
}

/** The calls of an expansion. */
export function expansionCalls(expansion: Expansion, context: CallContext): readonly Call[] {
  const [to, from] = [context.address(expansion.result), context.address(expansion.source)];
  // A copy with a stride of 0 fills a cell.
  const axes = expansion.axes ?? [[4, 0]];
  return [['copyPiece', to, from, axes.length, context.words(axes.flat())]];
}

/** The calls of a node, and what is to be code of its own. */
export function singleCalls(single: Single, context: CallContext): readonly (Call | Small)[] {
  const { values, address } = context;
  const node = values.node(single.id);
  const to = address(single.result);
  const from = node.inputs.map(address);
  const at = (index: number): number => from[index] ?? 0;
  const shapeOf = (index: number): readonly number[] => values.node(node.inputs[index] ?? -1).shape;
  const size = sizeOf(node.shape);
  switch (node.op) {
    case 'sum':
    case 'max':
      return reduction(node, shapeOf(0), to, at(0), context);
    case 'slice':
      return [piece(node, shapeOf(0), to, at(0), context)];
    case 'concat':
      return concat(node, single, to, context);
    case 'matMul':
      return matMul(node, single, to, at(0), at(1), context);
    case 'gather':
      return [gather(to, at(0), at(1), node.shape[0] ?? 0, sizeOf(node.shape.slice(1)))];
    case 'gatherGradient':
      return [['gatherGradient', to, at(0), at(1), shapeOf(1)[0] ?? 0, sizeOf(node.shape.slice(1)), node.shape[0] ?? 0]];
    case 'oneHot':
      return [['oneHot', to, at(0), size / node.depth, node.depth]];
    case 'softmax': {
      const columns = node.shape.at(-1) ?? 1;
      return [['softmax', to, at(0), size / columns, columns]];
    }
    case 'softmaxCrossEntropy': {
      const columns = shapeOf(0)[1] ?? 1;
      return [['softmaxCrossEntropy', to, at(0), size, columns, at(1), context.scratch(columns)]];
    }
    case 'standardize':
    case 'standardizeGradient':
    case 'rotate':
    case 'causalAttention':
    case 'causalAttentionGradient':
      return [sequenceCall(node, to, from, shapeOf, context, keptAt(single, context))];
    case 'dropoutMask':
      return [['dropoutMask', to, at(0), node.site, 0, size]];
    case 'normalNoise':
      return [['normalNoise', to, size, node.site]];
    case 'maxPool':
      return [['maxPool', to, at(0), ...shapeOf(0), node.size]];
    case 'maxPoolGradient':
      return [['maxPoolGradient', to, at(0), ...node.shape, node.size, at(1)]];
    case 'conv2d':
      return [convolution('conv2d', single, shapeOf(0), shapeOf(1), to, at(0), at(1), context)];
    case 'conv2dInputGradient':
      return [convolution('conv2dInputGradient', single, node.shape, shapeOf(1), to, at(0), at(1), context)];
    case 'conv2dKernelGradient':
      return [convolution('conv2dKernelGradient', single, shapeOf(0), node.shape, to, at(0), at(1), context)];
    default:
      throw new EngineError('internal', `No kernel for ${node.op}.`);
  }
}

type Of<Name extends Node['op']> = Extract<Node, { op: Name }>;

function piece(node: Of<'slice'>, shape: readonly number[], to: number, from: number, { words }: CallContext): Call {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const first = strides.reduce((sum, stride, axis) => sum + stride * (node.begin[axis] ?? 0), 0);
  const axes = mergedAxes(node.shape, node.shape, strides);
  return ['copyPiece', to, from + first * floatBytes, axes.length, words(axes.flat())];
}

function gather(to: number, table: number, rows: number, count: number, width: number): Call | Small {
  return isSmallGather(count, width) ? { kind: 'gather', to, table, rows, count, width } : ['gather', to, table, rows, count, width];
}

function concat(node: Of<'concat'>, single: Single, to: number, { values, address, isPlaced }: CallContext): readonly (Call | Small)[] {
  let offset = 0;
  return node.inputs.flatMap((input): (Call | Small)[] => {
    const size = values.size(input);
    const begin = offset;
    offset += size;
    if (isPlaced(values.view(input).root, single.result, begin)) return [];
    const [target, source] = [to + begin * floatBytes, address(input)];
    return size === 1 ? [{ kind: 'move', to: target, from: source }] : [['copy', target, source, size]];
  });
}

/** Reduced axes that are neighbours go in one call; each further run of axes takes another, from the last to the first. */
function reduction(
  node: Of<'sum' | 'max'>,
  shape: readonly number[],
  to: number,
  from: number,
  context: CallContext,
): readonly (Call | Small)[] {
  const code = node.op === 'sum' ? 'sum' : 'greatest';
  let sizes = shape.map((size, axis) => ({ size, reduced: node.axes.includes(axis) })).filter(({ size }) => size > 1);
  const calls: (Call | Small)[] = [];
  let source = from;
  for (;;) {
    const last = sizes.findLastIndex(({ reduced }) => reduced);
    const first = sizes.findLastIndex(({ reduced }, axis) => !reduced && axis < last) + 1;
    const product = (list: typeof sizes): number => list.reduce((total, { size }) => total * size, 1);
    const [before, within, after] = [
      sizes.slice(0, first),
      last < 0 ? [] : sizes.slice(first, last + 1),
      sizes.slice(last < 0 ? 0 : last + 1),
    ];
    const isLast = !before.some(({ reduced }) => reduced);
    const [outer, middle, inner] = last < 0 ? [1, 1, product(sizes)] : [product(before), product(within), product(after)];
    // Scratch is only ever the source of the next call.
    const target = isLast ? to : context.scratch(outer * inner);
    if (code === 'sum' && outer === 1 && inner > 1 && areSmallSums(middle, inner))
      calls.push({ kind: 'columnSums', to: target, from: source, rows: middle, columns: inner });
    else if (code === 'sum' && outer === 1 && inner > 1) calls.push(['sumOfColumns', target, source, middle, inner, 0, inner]);
    else calls.push([code, target, source, outer, middle, inner]);
    if (isLast) return calls;
    sizes = [...before, ...after];
    source = target;
  }
}

function matMul(node: Of<'matMul'>, single: Single, to: number, a: number, b: number, context: CallContext): readonly (Call | Small)[] {
  const { m, n, k } = productSize(context.values, node);
  const bias = single.bias === undefined ? 0 : context.address(single.bias);
  const [turnA, turnB] = [Number(node.transposeA), Number(node.transposeB)];
  if (isLargeProduct({ m, n, k })) return [['product', to, a, turnA, b, turnB, m, n, k, bias, ...share(single, context), 0, m, 0, n]];
  // A column is stored as a row is.
  const isTurned = turnB === 1 && k > 1 && n > 1;
  const right = isTurned ? context.scratch(k * n + 3) : b;
  const product = { kind: 'product', to, a, transposedA: node.transposeA, b: right, m, n, k, bias } as const;
  const turn = isSmallTurn(n, k)
    ? ({ kind: 'turn', to: right, from: b, rows: n, columns: k } as const)
    : (['transpose', right, b, n, k] as const);
  return [...(isTurned ? [turn] : []), isSmall(product) ? product : ['smallProduct', to, a, turnA, right, m, n, k, bias]];
}

/** Where the probabilities of attention are kept: behind its result. */
function keptAt({ kept }: Single, { values, address }: CallContext): number {
  return kept === undefined ? 0 : address(kept.by) + values.size(kept.by) * floatBytes;
}

/** Where a sum over rows tells its share, and after how many. */
function share({ share: id }: Single, { values, address }: CallContext): readonly [to: number, rows: number] {
  return id === undefined ? [0, 0] : [address(id), rowsOf(values, id)];
}

function convolution(
  name: 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient',
  single: Single,
  image: readonly number[],
  kernel: readonly number[],
  to: number,
  left: number,
  right: number,
  context: CallContext,
): Call {
  const [, height = 0, width = 0, channels = 0] = image;
  const [kernelHeight = 0, kernelWidth = 0, , outputs = 0] = kernel;
  const framed = name === 'conv2dInputGradient' ? outputs : channels;
  const key = [height, width, framed, kernelHeight, kernelWidth].join();
  const frame = context.frame(key, (height + kernelHeight - 1) * (width + kernelWidth - 1) * framed);
  const operands = [to, left, right, image[0] ?? 0, height, width, channels, outputs, kernelHeight, kernelWidth, frame] as const;
  if (name === 'conv2dKernelGradient') return [name, ...operands, ...share(single, context), 0, kernelHeight * kernelWidth * channels];
  if (name === 'conv2d') return [name, ...operands, context.zeros];
  return [name, ...operands, context.zeros, context.scratch(sizeOf(kernel))];
}

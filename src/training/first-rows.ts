/**
 * The share that the first examples of a batch have in its gradient, taken from the pass over the whole.
 *
 * Idea: a gradient is a sum over examples, and its last operation on the way back adds them up: a product with the examples inside, a sum of
 * rows, rows put together by index. The same of the first rows alone is that share; all that stands before it is there already. This holds
 * while every node has the examples one after another along its first axis, which is looked up in the graph.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId, OpName } from '../graph/graph.ts';

/** Operations that treat the rows of their first input alike, one by one or example by example. */
const rowwise: ReadonlySet<OpName> = new Set<OpName>([
  ...(['oneHot', 'softmax', 'softmaxCrossEntropy', 'standardize', 'standardizeGradient', 'rotate', 'causalAttention'] as const),
  ...(['conv2d', 'conv2dInputGradient', 'maxPool', 'maxPoolGradient'] as const),
]);

const elementwise: ReadonlySet<OpName> = new Set<OpName>([
  ...(['neg', 'exp', 'log', 'sqrt', 'square', 'abs', 'sign', 'step', 'relu', 'tanh', 'sigmoid', 'softplus', 'erf', 'reciprocal'] as const),
  ...(['isFinite', 'add', 'sub', 'mul', 'div', 'minimum', 'maximum', 'greater', 'select', 'broadcast'] as const),
]);

/** The first `rows` of `batch` examples. */
export interface FirstRows {
  readonly rows: number;
  readonly batch: number;
}

/** Their shares in gradients of the whole batch; undefined where the graph does not tell them apart. */
export function sharesOfFirst(g: GraphBuilder, gradients: readonly NodeId[], first: FirstRows): readonly NodeId[] | undefined {
  const shares = gradients.map(shareOfFirst(g, first));
  return shares.every((share) => share !== undefined) ? shares : undefined;
}

function shareOfFirst(g: GraphBuilder, { rows, batch }: FirstRows): (gradient: NodeId) => NodeId | undefined {
  const known = new Map<NodeId, boolean>();
  const isByExample = (id: NodeId): boolean => {
    const found = known.get(id) ?? decides(id);
    known.set(id, found);
    return found;
  };
  /** Whether the examples lie one after another along the first axis of a node. */
  function decides(id: NodeId): boolean {
    const node = g.node(id);
    const [a = -1, b = -1] = node.inputs;
    if ((node.shape[0] ?? 0) % batch !== 0 || (node.shape[0] ?? 0) === 0) return false;
    // What is repeated for every row is the same for all examples.
    const isRepeated = (input: NodeId): boolean => g.shape(input).length < node.shape.length || g.shape(input)[0] === 1;
    if (elementwise.has(node.op)) return node.inputs.every((input) => isRepeated(input) || isByExample(input));
    if (rowwise.has(node.op)) return isByExample(a);
    switch (node.op) {
      case 'feed':
      case 'dropoutMask':
      case 'normalNoise':
        return true;
      case 'gather':
        return isByExample(b);
      case 'matMul':
        return !node.transposeA && isByExample(a);
      case 'sum':
      case 'max':
        return !node.axes.includes(0) && isByExample(a);
      case 'reshape':
        // Attention answers its three gradients one after another.
        return isByExample(a) || (g.node(a).op === 'slice' && isOfAttention(g.node(a).inputs[0] ?? -1));
      default:
        return false;
    }
  }
  const isOfAttention = (id: NodeId): boolean => {
    const node = g.node(id);
    return node.op === 'causalAttentionGradient' && node.inputs.every(isByExample);
  };
  const head = (id: NodeId): NodeId => g.slice(id, 0, ((g.shape(id)[0] ?? 0) / batch) * rows);
  const share = (id: NodeId): NodeId | undefined => {
    const node = g.node(id);
    const [a = -1, b = -1] = node.inputs;
    const both = (): boolean => isByExample(a) && isByExample(b);
    switch (node.op) {
      case 'reshape': {
        const inner = share(a);
        return inner === undefined ? undefined : g.reshape(inner, node.shape);
      }
      case 'add': {
        const [left, right] = [share(a), share(b)];
        return left === undefined || right === undefined ? undefined : g.plus(left, right);
      }
      case 'matMul':
        return node.transposeA && !node.transposeB && both() ? g.matMul(head(a), head(b), true) : undefined;
      case 'sum':
        return node.axes.includes(0) && isByExample(a) ? g.sum(head(a), node.axes, node.keep) : undefined;
      case 'gatherGradient':
        return both() ? g.gatherGradient(head(a), head(b), node.shape) : undefined;
      case 'conv2dKernelGradient':
        return both() ? g.conv2dKernelGradient(head(a), head(b), node.shape) : undefined;
      case 'broadcast':
        // Of what does not move.
        return g.node(a).op === 'constant' ? id : undefined;
      default:
        return undefined;
    }
  };
  return share;
}

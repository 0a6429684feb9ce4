/**
 * The share that the first examples of a batch have in its gradient, taken from the pass over the whole.
 *
 * Idea: a gradient is a sum over examples, and its last operation on the way back adds them up: a product with the examples inside, a sum of
 * rows, rows put together by index. The same of the first rows alone is that share; all that stands before it is there already. This holds
 * while every node has the examples one after another along its first axis, which is looked up in the graph.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId, OpName, Shape } from '../graph/graph.ts';

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
  const shares = new Shares(g, first);
  const found = gradients.map((gradient) => shares.of(gradient));
  return found.every((share) => share !== undefined) ? found : undefined;
}

/** What is known of the nodes of a graph. */
class Shares {
  private readonly known = new Map<NodeId, boolean>();
  private readonly g: GraphBuilder;
  private readonly first: FirstRows;

  constructor(g: GraphBuilder, first: FirstRows) {
    this.g = g;
    this.first = first;
  }

  /** The share in a sum over examples. */
  of(id: NodeId): NodeId | undefined {
    const { g } = this;
    const node = g.node(id);
    const [a = -1, b = -1] = node.inputs;
    const both = (): boolean => this.isByExample(a) && this.isByExample(b);
    switch (node.op) {
      case 'reshape': {
        const inner = this.of(a);
        return inner === undefined ? undefined : g.reshape(inner, node.shape);
      }
      case 'add': {
        const [left, right] = [this.of(a), this.of(b)];
        return left === undefined || right === undefined ? undefined : g.plus(left, right);
      }
      case 'matMul':
        return node.transposeA && !node.transposeB && both() ? g.matMul(this.head(a), this.head(b), true) : undefined;
      case 'sum':
        return node.axes.includes(0) && this.isByExample(a) ? g.sum(this.head(a), node.axes, node.keep) : undefined;
      case 'gatherGradient':
        return both() ? g.gatherGradient(this.head(a), this.head(b), node.shape) : undefined;
      case 'conv2dKernelGradient':
        return both() ? g.conv2dKernelGradient(this.head(a), this.head(b), node.shape) : undefined;
      case 'broadcast':
        // Of what does not move.
        return g.node(a).op === 'constant' ? id : undefined;
      default:
        return undefined;
    }
  }

  private head(id: NodeId): NodeId {
    const { rows, batch } = this.first;
    return this.g.slice(id, 0, ((this.g.shape(id)[0] ?? 0) / batch) * rows);
  }

  /** Whether the examples lie one after another along the first axis of a node. */
  private isByExample(id: NodeId): boolean {
    const found = this.known.get(id) ?? this.decide(id);
    this.known.set(id, found);
    return found;
  }

  private decide(id: NodeId): boolean {
    const node = this.g.node(id);
    const [a = -1, b = -1] = node.inputs;
    const [rows = 0] = node.shape;
    if (rows === 0 || rows % this.first.batch !== 0) return false;
    if (elementwise.has(node.op)) return node.inputs.every((input) => this.isRepeated(input, node.shape) || this.isByExample(input));
    if (rowwise.has(node.op)) return this.isByExample(a);
    switch (node.op) {
      case 'feed':
      case 'dropoutMask':
      case 'normalNoise':
        return true;
      case 'gather':
        return this.isByExample(b);
      case 'matMul':
        return !node.transposeA && this.isByExample(a);
      case 'sum':
      case 'max':
        return !node.axes.includes(0) && this.isByExample(a);
      case 'reshape':
        return this.isByExample(a) || this.isOfAttention(a);
      default:
        return false;
    }
  }

  /** What is repeated for every row is the same for all examples. */
  private isRepeated(input: NodeId, shape: Shape): boolean {
    const own = this.g.shape(input);
    return own.length < shape.length || own[0] === 1;
  }

  /** One of the three gradients that attention answers one after another. */
  private isOfAttention(id: NodeId): boolean {
    const { op, inputs } = this.g.node(id);
    const all = this.g.node(inputs[0] ?? id);
    return op === 'slice' && all.op === 'causalAttentionGradient' && all.inputs.every((input) => this.isByExample(input));
  }
}

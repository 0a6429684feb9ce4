/** What the nodes of a graph are to a plan on the device: `Values`, what the host knows, and values that no node has. */
import type { Graph, Node, NodeId } from '../../graph/graph.ts';
import { hostScalars, type HostScalars } from '../plan/host-scalars.ts';
import { operandOf, type Operand } from '../plan/operands.ts';
import { isElementwise, isLeaf, valuesOf, type Values, type View } from '../plan/values.ts';

/** Ops that compute an element from elements of their inputs that lie anywhere. */
const lookups: ReadonlySet<string> = new Set(['gather', 'gatherGradient', 'slice', 'rotate', 'maxPool', 'maxPoolGradient']);
/** Ops that cost less to repeat than to read. */
const repeatable: ReadonlySet<string> = new Set(['dropoutMask', 'normalNoise', 'oneHot']);

/** Where a value comes from. `made`: by a kernel; `host`: the host computes it for each step. */
export type Origin = 'made' | 'resident' | 'feed' | 'host';

/** Facts about one graph, run for `ends`. */
export class Facts {
  readonly values: Values;
  readonly host: HostScalars;
  private readonly extra: number[] = [];
  /** What was asked for already: the same nodes are asked about again and again. */
  private readonly known: (readonly Operand[] | undefined)[] = [];

  constructor(graph: Graph, ends: readonly NodeId[]) {
    this.values = valuesOf(graph, ends);
    this.host = hostScalars(graph);
  }

  /** A value of so many elements that no node has. */
  invent(size: number): NodeId {
    return this.values.graph.nodes.length + this.extra.push(size) - 1;
  }

  size(id: NodeId): number {
    const { length } = this.values.graph.nodes;
    return id < length ? this.values.size(id) : (this.extra[id - length] ?? 0);
  }

  view(id: NodeId): View {
    return id >= this.values.graph.nodes.length ? { root: id, offset: 0 } : this.values.view(id);
  }

  /** The node of a root; undefined for an invented value. */
  nodeOf(root: NodeId): Node | undefined {
    return this.values.graph.nodes[root];
  }

  origin(root: NodeId): Origin {
    const node = this.nodeOf(root);
    if (node === undefined) return 'made';
    if (this.host.ids.has(root)) return 'host';
    if (node.op === 'feed') return 'feed';
    return isLeaf(node) ? 'resident' : 'made';
  }

  /** True for what a kernel must make: not a leaf, a view, a way of reading, or a number of the host. */
  isWork(id: NodeId): boolean {
    return this.origin(id) === 'made' && this.values.view(id).root === id && !this.values.isLazy(id);
  }

  /** True for what is made wherever it is read. */
  isRepeatable(root: NodeId): boolean {
    return repeatable.has(this.nodeOf(root)?.op ?? '');
  }

  /** True for what is a function of its own index and its inputs. */
  isPointwise(id: NodeId): boolean {
    const node = this.nodeOf(id);
    return node !== undefined && (isElementwise(node) || lookups.has(node.op) || repeatable.has(node.op));
  }

  /** How a node reads its inputs element by element; undefined where it looks them up. */
  operands(id: NodeId): readonly Operand[] | undefined {
    const node = this.nodeOf(id);
    if (node === undefined || !isElementwise(node)) return undefined;
    return (this.known[id] ??= node.inputs.map((input) => operandOf(this.values, input, node.shape, this.size(id))));
  }
}

/**
 * Which operations share a kernel.
 *
 * Idea: nodes are visited in order. One that works element by element joins the kernel that makes one of its operands, if all others are there
 * before that kernel runs; a reduction joins the kernel that makes what it reduces. Whatever remains begins a kernel of its own.
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Cluster, Core, Geometry, Reduction } from './cluster.ts';
import { Clusters } from './clusters.ts';
import type { Facts } from './facts.ts';
import { partsOf } from './products.ts';
import { isSame, resultsOf, stagesOf } from './reductions.ts';

/** The clusters of what a graph is run for, not yet in order. Throws an `EngineError` of kind `unsupported` for an op without a kernel. */
export function fuse(facts: Facts, ends: readonly NodeId[]): Clusters {
  const clusters = new Clusters(facts);
  const fusion = new Fusion(facts, clusters);
  for (const id of facts.values.needed) {
    const node = facts.nodeOf(id);
    if (node !== undefined && facts.isWork(id) && !facts.isRepeatable(id)) fusion.visit(id, node);
  }
  // What is repeated wherever it is read is made once more if it is itself an end.
  for (const id of ends) clusters.makersOf(id);
  return clusters;
}

class Fusion {
  private readonly facts: Facts;
  private readonly clusters: Clusters;

  constructor(facts: Facts, clusters: Clusters) {
    this.facts = facts;
    this.clusters = clusters;
  }

  visit(id: NodeId, node: Node): void {
    const { facts } = this;
    if (facts.isPointwise(id)) {
      if (!this.clusters.join(id)) this.clusters.begin(id);
      return;
    }
    switch (node.op) {
      case 'concat':
        this.concatenate(id, node.inputs);
        return;
      case 'sum':
      case 'max':
        this.reduce(id, node);
        return;
      case 'matMul':
      case 'conv2d':
      case 'conv2dInputGradient':
      case 'conv2dKernelGradient':
        this.product(id, node);
        return;
      case 'softmax':
      case 'softmaxCrossEntropy':
      case 'standardize':
      case 'standardizeGradient':
        this.settleCore({ kind: 'rows', id, result: id }, id, node.inputs);
        return;
      case 'causalAttention':
        this.settleCore({ kind: 'attention', id, result: id }, id, node.inputs);
        return;
      case 'causalAttentionGradient': {
        const sequenceRows = facts.nodeOf(node.inputs[1] ?? -1)?.shape[0] ?? 0;
        const rows = facts.invent(3 * sequenceRows * node.heads);
        const queries = this.clusters.add({ kind: 'queries', id, rows }, node.inputs);
        this.clusters.made(rows, [queries]);
        const keys = this.clusters.add({ kind: 'keys', id, rows }, [...node.inputs, rows]);
        this.clusters.made(id, [queries, keys]);
        return;
      }
      default:
        throw new EngineError('unsupported', `webgpu has no kernel for ${node.op}.`);
    }
  }

  private settleCore(core: Core, result: NodeId, reads: readonly NodeId[]): void {
    const cluster = this.clusters.add(core, reads);
    cluster.back = { size: this.facts.size(result), members: [] };
    this.clusters.settle(result, cluster, 'back');
  }

  private product(id: NodeId, node: Node): void {
    const parts = partsOf(this.facts, id);
    if (parts === 1) {
      this.settleCore({ kind: 'product', id, result: id, parts }, id, node.inputs);
      return;
    }
    const size = this.facts.size(id);
    const result = this.facts.invent(parts * size);
    this.clusters.made(result, [this.clusters.add({ kind: 'product', id, result, parts }, node.inputs)]);
    this.reduceBy('sum', [{ outer: 1, middle: parts, inner: size, limit: parts * size }], result, id);
  }

  private reduce(id: NodeId, node: Extract<Node, { op: 'sum' | 'max' }>): void {
    const [input = -1] = node.inputs;
    this.reduceBy(node.op, stagesOf(this.facts.nodeOf(input)?.shape ?? [], node.axes), input, id);
  }

  private reduceBy(kind: Reduction['kind'], stages: readonly Geometry[], input: NodeId, id: NodeId): void {
    let source = input;
    stages.forEach((geometry, stage) => {
      const result = stage === stages.length - 1 ? id : this.facts.invent(resultsOf(geometry));
      this.reduceOnce({ kind, source, result }, geometry);
      source = result;
    });
  }

  private reduceOnce(reduction: Reduction, geometry: Geometry): void {
    const { facts } = this;
    const { root, offset } = facts.view(reduction.source);
    const isWhole = offset === 0 && facts.size(root) === facts.size(reduction.source);
    const home = this.clusters.homeOf(root);
    const fits = home?.part === 'front' && isWhole && (home.cluster.core === undefined || isReduce(home.cluster.core, geometry));
    const cluster = home !== undefined && fits ? home.cluster : this.clusters.add(undefined, [reduction.source]);
    cluster.front ??= { size: geometry.limit, members: [] };
    cluster.back ??= { size: resultsOf(geometry), members: [] };
    cluster.core ??= { kind: 'reduce', geometry, reductions: [] };
    if (cluster.core.kind === 'reduce') cluster.core.reductions.push(reduction);
    this.clusters.settle(reduction.result, cluster, 'back');
  }

  private concatenate(id: NodeId, inputs: readonly NodeId[]): void {
    const { facts } = this;
    const makers = new Set<Cluster>();
    let offset = 0;
    for (const input of inputs) {
      const { root, offset: within } = facts.view(input);
      // What is repeated everywhere is made once more, for here.
      const of = this.clusters.makersOf(input);
      const isWhole = within === 0 && facts.size(root) === facts.size(input) && facts.origin(root) === 'made';
      const piece = isWhole && !this.clusters.parents.has(root) ? root : undefined;
      if (piece === undefined) {
        const { cluster, to } = this.clusters.copy(input);
        this.clusters.parents.set(to, { concat: id, offset });
        makers.add(cluster);
      } else {
        this.clusters.parents.set(piece, { concat: id, offset });
        for (const maker of of) makers.add(maker);
      }
      offset += facts.size(input);
    }
    this.clusters.made(id, makers);
  }
}

function isReduce(core: Core, geometry: Geometry): boolean {
  return core.kind === 'reduce' && isSame(core.geometry, geometry);
}

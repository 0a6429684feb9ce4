/**
 * Which operations share a kernel.
 *
 * Idea: nodes are visited in order. One that works element by element joins the kernel that makes one of its operands, if all others are there
 * before that kernel runs; a reduction joins the kernel that makes what it reduces. Whatever remains begins a kernel of its own.
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import { waitsFor, type Cluster, type Core, type Geometry, type Reduction } from './cluster.ts';
import type { Facts } from './facts.ts';
import { partsOf } from './products.ts';
import { isSame, resultsOf, stagesOf } from './reductions.ts';

type Part = 'front' | 'back';

/** A value in the part of a cluster that can read it from a register. */
interface Home {
  readonly cluster: Cluster;
  readonly part: Part;
}

/** Where a piece lies in a concatenation. */
export interface Parent {
  readonly concat: NodeId;
  readonly offset: number;
}

/** The clusters of a graph, not yet in order. */
export class Fusion {
  readonly clusters = new Set<Cluster>();
  /** Pieces that are made where they are joined. */
  readonly parents = new Map<NodeId, Parent>();
  /** Invented values that are copies. */
  readonly copies = new Map<NodeId, NodeId>();
  private readonly homes = new Map<NodeId, Home>();
  /** Who must have run before a value is whole; it may take several. */
  private readonly makers = new Map<NodeId, Set<Cluster>>();
  private readonly facts: Facts;
  private count = 0;

  constructor(facts: Facts, ends: readonly NodeId[]) {
    this.facts = facts;
    for (const id of facts.values.needed) {
      const node = facts.nodeOf(id);
      if (node !== undefined && facts.isWork(id) && !facts.isRepeatable(id)) this.visit(id, node);
    }
    for (const id of ends) this.makersOf(id);
  }

  /** The kernels that make a value. What is repeated everywhere gets one of its own when it must lie in memory. */
  makersOf(id: NodeId): Iterable<Cluster> {
    const { root } = this.facts.view(id);
    if (this.facts.origin(root) !== 'made') return [];
    if (!this.makers.has(root) && this.facts.isRepeatable(root)) this.begin(root);
    return this.makers.get(root) ?? [];
  }

  /** The part that holds a value in a register. */
  homeOf(root: NodeId): Home | undefined {
    return this.homes.get(root);
  }

  /** A kernel that runs after the makers of what it reads. */
  add(core: Core | undefined, reads: readonly NodeId[]): Cluster {
    const cluster: Cluster = { number: this.count++, front: undefined, core, back: undefined, before: new Set() };
    this.clusters.add(cluster);
    for (const id of reads) for (const maker of this.makersOf(id)) cluster.before.add(maker);
    return cluster;
  }

  /** A kernel that copies a value to a new one. */
  copy(id: NodeId): { readonly cluster: Cluster; readonly to: NodeId } {
    const to = this.facts.invent(this.facts.size(id));
    this.copies.set(to, id);
    const cluster = this.add(undefined, [id]);
    cluster.front = { size: this.facts.size(id), members: [to] };
    this.settle(to, cluster, 'front');
    return { cluster, to };
  }

  private visit(id: NodeId, node: Node): void {
    const { facts } = this;
    if (facts.isPointwise(id)) {
      if (!this.join(id)) this.begin(id);
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
        const queries = this.add({ kind: 'queries', id, rows }, node.inputs);
        this.makers.set(rows, new Set([queries]));
        const keys = this.add({ kind: 'keys', id, rows }, [...node.inputs, rows]);
        this.makers.set(id, new Set([queries, keys]));
        return;
      }
      default:
        throw new Error(`no kernel for ${node.op}`);
    }
  }

  private settle(root: NodeId, cluster: Cluster, part: Part): void {
    this.homes.set(root, { cluster, part });
    this.makers.set(root, new Set([cluster]));
  }

  private settleCore(core: Core, result: NodeId, reads: readonly NodeId[]): void {
    const cluster = this.add(core, reads);
    cluster.back = { size: this.facts.size(result), members: [] };
    this.settle(result, cluster, 'back');
  }

  private product(id: NodeId, node: Node): void {
    const parts = partsOf(this.facts, id);
    if (parts === 1) {
      this.settleCore({ kind: 'product', id, result: id, parts }, id, node.inputs);
      return;
    }
    const size = this.facts.size(id);
    const result = this.facts.invent(parts * size);
    this.makers.set(result, new Set([this.add({ kind: 'product', id, result, parts }, node.inputs)]));
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
    const home = this.homes.get(root);
    const fits = home?.part === 'front' && isWhole && (home.cluster.core === undefined || isReduce(home.cluster.core, geometry));
    const cluster = home !== undefined && fits ? home.cluster : this.add(undefined, [reduction.source]);
    cluster.front ??= { size: geometry.limit, members: [] };
    cluster.back ??= { size: resultsOf(geometry), members: [] };
    cluster.core ??= { kind: 'reduce', geometry, reductions: [] };
    if (cluster.core.kind === 'reduce') cluster.core.reductions.push(reduction);
    this.settle(reduction.result, cluster, 'back');
  }

  private concatenate(id: NodeId, inputs: readonly NodeId[]): void {
    const { facts } = this;
    const makers = new Set<Cluster>();
    let offset = 0;
    for (const input of inputs) {
      const { root, offset: within } = facts.view(input);
      // What is repeated everywhere is made once more, for here.
      const of = this.makersOf(input);
      const isWhole = within === 0 && facts.size(root) === facts.size(input) && facts.origin(root) === 'made';
      const piece = isWhole && !this.parents.has(root) ? root : undefined;
      if (piece === undefined) {
        const { cluster, to } = this.copy(input);
        this.parents.set(to, { concat: id, offset });
        makers.add(cluster);
      } else {
        this.parents.set(piece, { concat: id, offset });
        for (const maker of of) makers.add(maker);
      }
      offset += facts.size(input);
    }
    this.makers.set(id, makers);
  }

  /** Begins a cluster of its own with a node that works element by element. */
  private begin(id: NodeId): void {
    const cluster = this.add(undefined, []);
    cluster.front = { size: this.facts.size(id), members: [] };
    this.enter(id, { cluster, part: 'front' });
  }

  /** Lets a node join the cluster of one of its operands; true if it could. */
  private join(id: NodeId): boolean {
    const homes = this.candidates(id);
    const home = homes.find((candidate) => this.canEnter(id, candidate));
    if (home === undefined) return false;
    this.enter(id, home);
    for (const other of homes) if (other.cluster !== home.cluster && this.clusters.has(other.cluster)) this.absorb(home, other);
    return true;
  }

  /** Where operands of a node are in registers, the latest first. */
  private candidates(id: NodeId): readonly Home[] {
    const size = this.facts.size(id);
    const found: Home[] = [];
    for (const { kind, source } of this.facts.operands(id) ?? []) {
      const { root, offset } = this.facts.view(source);
      const home = this.homes.get(root);
      if (home === undefined || offset !== 0 || this.facts.size(root) !== size || (kind !== 'full' && size > 1)) continue;
      if (!found.some(({ cluster, part }) => cluster === home.cluster && part === home.part)) found.push(home);
    }
    return found.sort((a, b) => b.cluster.number - a.cluster.number);
  }

  private canEnter(id: NodeId, home: Home): boolean {
    for (const source of this.memoryReads(id, home))
      for (const maker of this.makersOf(source)) if (maker === home.cluster || waitsFor(maker, home.cluster)) return false;
    return true;
  }

  private enter(id: NodeId, home: Home): void {
    const { cluster, part } = home;
    const members = cluster[part]?.members ?? [];
    const node = this.facts.nodeOf(id);
    for (const source of this.memoryReads(id, home)) for (const maker of this.makersOf(source)) cluster.before.add(maker);
    // What is repeated wherever it is read comes before its reader.
    for (const root of this.repeated(id, home)) if (!members.includes(root)) members.push(root);
    members.push(id);
    if (node !== undefined) this.settle(id, cluster, part);
  }

  /** What a node reads that is made again in its own cluster. */
  private repeated(id: NodeId, home: Home): readonly NodeId[] {
    return (this.facts.operands(id) ?? []).flatMap(({ kind, source }) => {
      const { root, offset } = this.facts.view(source);
      const again = this.facts.isRepeatable(root) && offset === 0 && this.facts.size(root) === this.facts.size(id) && kind === 'full';
      return again && this.homes.get(root)?.cluster !== home.cluster ? [root] : [];
    });
  }

  /** What a node would read from memory in a part of a cluster. */
  private memoryReads(id: NodeId, home: Home): readonly NodeId[] {
    const { facts } = this;
    const repeated = this.repeated(id, home);
    const operands = facts.operands(id);
    if (operands === undefined) return facts.nodeOf(id)?.inputs ?? [];
    return operands.flatMap(({ kind, source }) => {
      const { root, offset } = facts.view(source);
      if (repeated.includes(root)) return facts.nodeOf(root)?.inputs ?? [];
      const own = this.homes.get(root);
      const isWhole = offset === 0 && facts.size(root) === facts.size(id) && (kind === 'full' || facts.size(id) === 1);
      return isWhole && own?.cluster === home.cluster && own.part === home.part ? [] : [source];
    });
  }

  /** Makes two clusters one that have nothing but fronts of one size, and nothing to do with each other. */
  merge(into: Cluster, other: Cluster): void {
    this.take(into, 'front', other);
  }

  private take(into: Cluster, part: Part, other: Cluster): void {
    const members = into[part]?.members ?? [];
    members.push(...(other.front?.members ?? []).filter((id) => !members.includes(id)));
    // Nodes by number are in an order in which they can be carried out.
    members.sort((a, b) => a - b);
    for (const earlier of other.before) into.before.add(earlier);
    this.clusters.delete(other);
    for (const cluster of this.clusters) if (cluster.before.delete(other)) cluster.before.add(into);
    for (const [root, own] of this.homes) if (own.cluster === other) this.homes.set(root, { cluster: into, part });
    for (const makers of this.makers.values()) if (makers.delete(other)) makers.add(into);
  }

  /** Makes a cluster that has nothing but a front one with another, if neither waits for the other. */
  private absorb(home: Home, { cluster: other }: Home): void {
    const into = home.cluster;
    const section = into[home.part];
    if (other.core !== undefined || section === undefined) return;
    // The one who joined reads the other, so `into` waits for it already; that must be the only reason.
    into.before.delete(other);
    if (waitsFor(into, other) || waitsFor(other, into) || this.readsFrom(into, home.part, other)) {
      into.before.add(other);
      return;
    }
    this.take(into, home.part, other);
  }

  /** Whether a cluster reads another's values other than in registers of this part. */
  private readsFrom(cluster: Cluster, part: Part, other: Cluster): boolean {
    const isOther = (id: NodeId): boolean => [...this.makersOf(id)].includes(other);
    if (readsOfCore(cluster.core, this.facts).some(isOther)) return true;
    return (['front', 'back'] as const).some((name) =>
      (cluster[name]?.members ?? []).some((id) => {
        const operands = this.facts.operands(id);
        if (operands === undefined) return (this.facts.nodeOf(id)?.inputs ?? [this.copies.get(id) ?? -1]).some(isOther);
        return operands.some(({ kind, source }) => {
          const { root, offset } = this.facts.view(source);
          const isWhole = offset === 0 && this.facts.size(root) === this.facts.size(id) && (kind === 'full' || this.facts.size(id) === 1);
          return isOther(source) && (name !== part || !isWhole);
        });
      }),
    );
  }
}

function isReduce(core: Core, geometry: Geometry): boolean {
  return core.kind === 'reduce' && isSame(core.geometry, geometry);
}

/** What a core reads from memory. */
export function readsOfCore(core: Core | undefined, facts: Facts): readonly NodeId[] {
  if (core === undefined) return [];
  switch (core.kind) {
    case 'reduce':
      return core.reductions.map(({ source }) => source);
    case 'metrics':
      return core.sources;
    case 'keys':
      return [...(facts.nodeOf(core.id)?.inputs ?? []), core.rows];
    default:
      return facts.nodeOf(core.id)?.inputs ?? [];
  }
}

/** Clusters while they are put together: what is in each, who makes which value, and how one joins another. */
import type { NodeId } from '../../graph/graph.ts';
import { Cluster, mostMembers, readsOfCore, type Core } from './cluster.ts';
import type { Facts } from './facts.ts';

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

const nobody: ReadonlySet<Cluster> = new Set();

/** The clusters of a graph, not yet in order. */
export class Clusters {
  readonly all = new Set<Cluster>();
  /** Pieces that are made where they are joined. */
  readonly parents = new Map<NodeId, Parent>();
  /** Invented values that are copies. */
  readonly copies = new Map<NodeId, NodeId>();
  private readonly homes = new Map<NodeId, Home>();
  /** Who must have run before a value is whole; it may take several. */
  private readonly makers = new Map<NodeId, Set<Cluster>>();
  private readonly facts: Facts;
  private count = 0;

  constructor(facts: Facts) {
    this.facts = facts;
  }

  /** The kernels that make a value. What is repeated everywhere gets one of its own when it must lie in memory. */
  makersOf(id: NodeId): ReadonlySet<Cluster> {
    const { root } = this.facts.view(id);
    if (this.facts.origin(root) !== 'made') return nobody;
    if (!this.makers.has(root) && this.facts.isRepeatable(root)) this.begin(root);
    return this.makers.get(root) ?? nobody;
  }

  /** The part that holds a value in a register. */
  homeOf(root: NodeId): Home | undefined {
    return this.homes.get(root);
  }

  /** A kernel that runs after the makers of what it reads. */
  add(core: Core | undefined, reads: readonly NodeId[]): Cluster {
    const cluster = new Cluster(this.count++, core);
    this.all.add(cluster);
    for (const id of reads) for (const maker of this.makersOf(id)) cluster.waitFor(maker);
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

  /** Notes that a value is whole when some clusters have run. */
  made(root: NodeId, by: Iterable<Cluster>): void {
    const makers = new Set(by);
    this.makers.set(root, makers);
    for (const maker of makers) maker.makes.add(root);
  }

  /** Notes that a cluster makes a value, and holds it in a register in one of its parts. */
  settle(root: NodeId, cluster: Cluster, part: Part): void {
    this.homes.set(root, { cluster, part });
    this.made(root, [cluster]);
  }

  /** Begins a cluster of its own with a node that works element by element. */
  begin(id: NodeId): void {
    const cluster = this.add(undefined, []);
    cluster.front = { size: this.facts.size(id), members: [] };
    this.enter(id, { cluster, part: 'front' });
  }

  /** Lets a node join the cluster of one of its operands; true if it could. */
  join(id: NodeId): boolean {
    const homes = this.candidates(id);
    const home = this.bestOf(id, homes);
    if (home === undefined) return false;
    this.enter(id, home);
    for (const other of homes) if (other.cluster !== home.cluster && this.all.has(other.cluster)) this.absorb(home, other);
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

  /**
   * The home that a node had best enter, if it may enter any: one that need not wait for the others for it. Of products that are ready at the same
   * moment none takes it, for they would run one after another then, and else are jobs of one dispatch.
   */
  private bestOf(id: NodeId, homes: readonly Home[]): Home | undefined {
    const choices = homes
      .filter((home) => (home.cluster[home.part]?.members.length ?? 0) < mostMembers)
      .map((home) => ({ home, makers: this.makersFor(id, home) }))
      .filter(({ home: { cluster }, makers }) => !makers.includes(cluster))
      // Those who are less deep are there before it anyway.
      .map(({ home, makers }) => ({ home, latest: makers.filter(({ depth }) => depth >= home.cluster.depth) }));
    const isProduct = ({ core }: Cluster): boolean => core?.kind === 'product';
    const best =
      choices.find(({ latest }) => latest.length === 0) ??
      choices.find(
        ({ home: { cluster }, latest }) =>
          !(isProduct(cluster) && latest.some(isProduct)) && !latest.some((maker) => maker.waitsFor(cluster)),
      );
    return best?.home;
  }

  private enter(id: NodeId, home: Home): void {
    const { cluster, part } = home;
    const members = cluster[part]?.members ?? [];
    const node = this.facts.nodeOf(id);
    for (const maker of this.makersFor(id, home)) cluster.waitFor(maker);
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

  /** Who makes what a node would read from memory in a part of a cluster. */
  private makersFor(id: NodeId, home: Home): readonly Cluster[] {
    return this.memoryReads(id, home).flatMap((source) => [...this.makersOf(source)]);
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
    into.replace(other);
    this.all.delete(other);
    for (const root of other.makes) {
      if (this.homes.get(root)?.cluster === other) this.homes.set(root, { cluster: into, part });
      const makers = this.makers.get(root);
      if (makers?.delete(other) !== true) continue;
      makers.add(into);
      into.makes.add(root);
    }
  }

  /** Makes a cluster that has nothing but a front one with another, if neither waits for the other. */
  private absorb(home: Home, { cluster: other }: Home): void {
    const into = home.cluster;
    const section = into[home.part];
    if (other.core !== undefined || section === undefined) return;
    if (section.members.length + (other.front?.members.length ?? 0) > mostMembers) return;
    // The one who joined reads the other, so `into` waits for it already; that must be the only reason.
    if (into.waitsBehind(other) || other.waitsFor(into) || this.readsFrom(into, home.part, other)) return;
    this.take(into, home.part, other);
  }

  /** Whether a cluster reads another's values other than in registers of this part. */
  private readsFrom(cluster: Cluster, part: Part, other: Cluster): boolean {
    const isOther = (id: NodeId): boolean => this.makersOf(id).has(other);
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

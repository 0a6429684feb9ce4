/**
 * What one kernel does. A cluster has up to three parts: operations element by element (`front`), something that is more than that (`core`), and
 * operations element by element on what the core gives (`back`). Values that only their own part reads never reach memory.
 */
import type { NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Facts } from './facts.ts';

/** Members of a section at most: each asks for a few words of a table, which has 1,020. */
export const mostMembers = 96;

/** Deeper than any graph is: in a circle, where each waits for itself, depths grow until they are past it. */
const deepest = 1_000_000;

/** Operations on elements `i` of values of one size, in an order in which they can be carried out. */
export interface Section {
  readonly size: number;
  readonly members: NodeId[];
}

/** `[outer, middle, inner]` reduced over the middle; elements from `limit` on are not there. */
export interface Geometry {
  readonly outer: number;
  readonly middle: number;
  readonly inner: number;
  readonly limit: number;
}

/** One of the reductions that are made together. */
export interface Reduction {
  readonly kind: 'sum' | 'max';
  readonly source: NodeId;
  readonly result: NodeId;
}

/** What is not done element by element. */
export type Core =
  | { readonly kind: 'reduce'; readonly geometry: Geometry; readonly reductions: Reduction[] }
  /** A product or convolution; with several `parts` the sum is cut into as many, which lie one after another in `result`. */
  | { readonly kind: 'product'; readonly id: NodeId; readonly result: NodeId; readonly parts: number }
  /** Softmax and what else looks at whole rows. */
  | { readonly kind: 'rows'; readonly id: NodeId; readonly result: NodeId }
  | { readonly kind: 'attention'; readonly id: NodeId; readonly result: NodeId }
  /** The gradient of attention by queries, and of each row the logarithm of the sum and the mean slope for what follows. */
  | { readonly kind: 'queries'; readonly id: NodeId; readonly rows: NodeId }
  /** The gradients by keys and values. */
  | { readonly kind: 'keys'; readonly id: NodeId; readonly rows: NodeId }
  /** Single numbers into a row of the ring. */
  | { readonly kind: 'metrics'; readonly sources: readonly NodeId[] };

/**
 * One kernel, and which must have run before it.
 *
 * What holds at any time: who waits for whom is known on both sides, there is no circle, and `depth` is the length of the longest chain that must
 * run before. So nobody waits for one that is as deep, and a search for one that is waited for ends at its depth.
 */
export class Cluster {
  readonly number: number;
  front: Section | undefined;
  core: Core | undefined;
  back: Section | undefined;
  /** Values that are whole only when it has run. */
  readonly makes = new Set<NodeId>();
  private readonly earlier = new Set<Cluster>();
  private readonly later = new Set<Cluster>();
  private chain = 0;

  constructor(number: number, core: Core | undefined) {
    this.number = number;
    this.core = core;
  }

  /** How many clusters must run before it, each after the other. */
  get depth(): number {
    return this.chain;
  }

  /** Who waits for it directly. */
  get followers(): ReadonlySet<Cluster> {
    return this.later;
  }

  /** Lets it run after another, which must not wait for it: an `EngineError` of kind `internal` if it does. */
  waitFor(other: Cluster): void {
    this.link(other);
    if (other.depth >= this.depth) Cluster.measure([this]);
  }

  /** Whether it must wait for another, directly or not. */
  waitsFor(other: Cluster): boolean {
    return this.earlier.has(other) || this.waitsBehind(other);
  }

  /** Whether it must wait for one that must wait for another. */
  waitsBehind(other: Cluster): boolean {
    // A set gives what is added to it while it is walked along: neighbours first, for whoever waits mostly does so by way of few.
    const between = new Set<Cluster>([this]);
    for (const cluster of between) {
      if (cluster !== this && cluster.earlier.has(other)) return true;
      for (const earlier of cluster.earlier) if (earlier.depth > other.depth) between.add(earlier);
    }
    return false;
  }

  /** Waits for whom another waits for, and is waited for in its stead. Neither may wait behind the other: an error like that of `waitFor`. */
  replace(other: Cluster): void {
    for (const earlier of other.earlier) {
      earlier.later.delete(other);
      if (earlier !== this) this.link(earlier);
    }
    for (const later of other.later) {
      later.earlier.delete(other);
      if (later !== this) later.link(this);
    }
    Cluster.measure([this, ...other.later]);
  }

  private link(other: Cluster): void {
    this.earlier.add(other);
    other.later.add(this);
  }

  /** Puts depths right: of `changed`, who may wait for others than before, and of all for whom it makes a difference. */
  private static measure(changed: Iterable<Cluster>): void {
    const open = new Set(changed);
    for (const cluster of open) {
      open.delete(cluster);
      let chain = 0;
      for (const earlier of cluster.earlier) chain = Math.max(chain, earlier.chain + 1);
      if (chain === cluster.chain) continue;
      if (chain > deepest) throw new EngineError('internal', 'Kernels of the graphics card wait for one another in a circle.');
      cluster.chain = chain;
      for (const later of cluster.later) open.add(later);
    }
  }
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

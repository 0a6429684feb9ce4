/**
 * What one kernel does. A cluster has up to three parts: operations element by element (`front`), something that is more than that (`core`), and
 * operations element by element on what the core gives (`back`). Values that only their own part reads never reach memory.
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Facts } from './facts.ts';

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

/** One kernel, and which must have run before it. */
export interface Cluster {
  readonly number: number;
  front: Section | undefined;
  core: Core | undefined;
  back: Section | undefined;
  readonly before: Set<Cluster>;
}

/** Whether `cluster` must wait for `other`, directly or not. */
export function waitsFor(cluster: Cluster, other: Cluster): boolean {
  const seen = new Set<Cluster>();
  const open = [cluster];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const earlier of next.before) {
      if (earlier === other) return true;
      if (!seen.has(earlier)) {
        seen.add(earlier);
        open.push(earlier);
      }
    }
  return false;
}

/** How many clusters must run before one, each after the other. `known` remembers, for as long as nothing changes. */
export function depthOf(cluster: Cluster, known: Map<Cluster, number>): number {
  const found = known.get(cluster);
  if (found !== undefined) return found;
  let depth = 0;
  for (const earlier of cluster.before) depth = Math.max(depth, depthOf(earlier, known) + 1);
  known.set(cluster, depth);
  return depth;
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

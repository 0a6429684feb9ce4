/**
 * A graph made ready for the device: its kernels in order, which of them share a dispatch, and a table for each dispatch. A plan is made once; a step
 * is recorded by walking along its dispatches.
 */
import type { Program } from '../../graph/executor.ts';
import { sizeOf, type Graph, type NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';
import { together, type Dispatch } from './dispatches.ts';
import { Facts } from './facts.ts';
import { FeedRows } from './feeds.ts';
import { fuse } from './fusion.ts';
import { kernelOf } from './kernel.ts';
import { layOut, type Layout } from './layout.ts';
import type { Memory } from './memory.ts';
import { momentsOf } from './order.ts';
import { replaceStates, type Update } from './states.ts';
import type { Kernel } from './wgsl/assemble.ts';
import type { Word } from './wgsl/text.ts';

/** An output and where it comes from. */
export interface Output {
  readonly name: string;
  readonly id: NodeId;
  readonly shape: readonly number[];
  /** Its place in memory when the plan has run; undefined for what is fed or known to the host, and for metrics. */
  readonly at: number | undefined;
}

/** A graph laid out. */
export interface Plan {
  readonly facts: Facts;
  readonly feeds: FeedRows;
  readonly dispatches: readonly Dispatch[];
  readonly outputs: readonly Output[];
  /** The single numbers that a step gives, in the order of a row of the ring. */
  readonly metrics: readonly NodeId[];
  /** Where the ring begins. */
  readonly ring: number;
}

/** Rows of the ring of metrics. */
export const ringRows = 4096;

/** Lays out a graph. `withUpdates`: it replaces states when it runs, and gives metrics. Throws an `EngineError` if there is no kernel for it. */
export function createPlan(graph: Graph, program: Program, memory: Memory, withUpdates: boolean): Plan {
  const updates = withUpdates ? changing(graph) : [];
  // Of a step only single numbers are ever asked for.
  const wanted = Object.entries(graph.outputs).filter(([, id]) => !withUpdates || sizeOf(graph.nodes[id]?.shape ?? []) === 1);
  const results = wanted.map(([, id]) => id);
  const facts = new Facts(graph, [...results, ...updates.map(({ id }) => id)]);
  const clusters = fuse(facts, [...results, ...updates.map(({ id }) => id)]);
  const metrics = withUpdates ? measured(facts, results) : [];
  if (metrics.length > 0) clusters.add({ kind: 'metrics', sources: metrics }, metrics);
  const written = replaceStates(facts, clusters, updates);
  const moments = momentsOf(clusters);
  const layout = layOut(facts, clusters, moments, withUpdates ? [] : results, written);
  const feeds = new FeedRows(facts, program.seed);
  const place = places(facts, layout, memory, feeds, written);
  const ring = metrics.length > 0 ? memory.take(ringRows * metrics.length) : 0;
  const kernels = moments.map((moment) => moment.map((cluster) => kernelFor(cluster, facts, clusters, layout, ring)));
  const word = (value: Word): number => (typeof value === 'number' ? value : place(value.of));
  const dispatches = kernels.flatMap((moment) => together(moment, word));
  const outputs = wanted.map(([name, id]): Output => {
    const origin = facts.origin(facts.view(id).root);
    const isInMemory = !withUpdates && (origin === 'made' || origin === 'resident');
    return { name, id, shape: facts.values.node(id).shape, at: isInMemory ? place(id) : undefined };
  });
  return { facts, feeds, dispatches, outputs, metrics, ring };
}

/** Updates but for states that stay as they are. */
function changing(graph: Graph): readonly Update[] {
  return Object.entries(graph.updates).flatMap(([name, id]) => {
    const node = graph.nodes[id];
    return node?.op === 'state' && node.name === name ? [] : [{ name, id }];
  });
}

/** Outputs that the host does not know, each root once. */
function measured(facts: Facts, results: readonly NodeId[]): readonly NodeId[] {
  const seen = new Set<string>();
  return results.filter((id) => {
    const { root, offset } = facts.view(id);
    const key = `${String(root)}:${String(offset)}`;
    if (facts.origin(root) === 'host' || facts.nodeOf(root)?.op === 'constant' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function kernelFor(cluster: Cluster, facts: Facts, clusters: Clusters, layout: Layout, ring: number): Kernel {
  return kernelOf(cluster, {
    facts,
    copied: (id) => clusters.copies.get(id),
    // What is made again wherever it is read is stored by its own cluster alone.
    isStored: (root) => layout.isStored(root) && (!facts.isRepeatable(root) || clusters.homeOf(root)?.cluster === cluster),
    ring,
  });
}

function places(
  facts: Facts,
  layout: Layout,
  memory: Memory,
  feeds: FeedRows,
  written: ReadonlyMap<NodeId, string>,
): (id: NodeId) => number {
  const temporary = memory.temporary(layout.floats);
  const base = (root: NodeId): number => {
    const state = written.get(root);
    if (state !== undefined) return memory.state(state).at;
    const within = layout.offset(root);
    if (within !== undefined) return temporary + within;
    const node = facts.nodeOf(root);
    const origin = facts.origin(root);
    if (node === undefined || origin === 'made') throw new EngineError('internal', `${node?.op ?? 'a copy'} has no place in memory.`);
    return origin === 'resident' ? memory.place(node) : feeds.place(root);
  };
  return (id) => {
    const { root, offset } = facts.view(id);
    return base(root) + offset;
  };
}

/**
 * How states are replaced: in place by the kernel that makes the new one, where nobody reads the old one later, and else by copies when everything
 * else has run.
 */
import type { NodeId } from '../../graph/graph.ts';
import type { Cluster } from './cluster.ts';
import type { Facts } from './facts.ts';
import type { Clusters } from './clusters.ts';
import { readsOf, type Read } from './reads.ts';

/** A state and the node it becomes. */
export interface Update {
  readonly name: string;
  readonly id: NodeId;
}

/** Adds what is needed to the clusters, and answers which value is written over which state. */
export function replaceStates(facts: Facts, clusters: Clusters, updates: readonly Update[]): ReadonlyMap<NodeId, string> {
  const written = new Map<NodeId, string>();
  const readers = new Map([...clusters.all].map((cluster) => [cluster, readsOf(cluster, facts, clusters)] as const));
  const left: Update[] = [];
  for (const update of updates) {
    const { root } = facts.view(update.id);
    if (written.has(root) || !writeOver(facts, clusters, update, readers)) left.push(update);
    else written.set(root, update.name);
  }
  // States that are handed on are put aside first, before anything is written over them.
  const sources = left.map(({ name, id }) => {
    const { root } = facts.view(id);
    const node = facts.nodeOf(root);
    if (node?.op !== 'state') return { name, id };
    const { cluster, to } = clusters.copy(id);
    for (const [value, state] of written) {
      const writer = clusters.homeOf(value)?.cluster;
      if (state === node.name && writer !== undefined) writer.waitFor(cluster);
    }
    return { name, id: to };
  });
  const earlier = [...clusters.all];
  for (const { name, id } of sources) {
    const { cluster, to } = clusters.copy(id);
    for (const other of earlier) cluster.waitFor(other);
    written.set(to, name);
  }
  return written;
}

/** Lets the kernel that makes a state's next value write it over the state, if it may; true if so. */
function writeOver(facts: Facts, clusters: Clusters, { name, id }: Update, readers: ReadonlyMap<Cluster, readonly Read[]>): boolean {
  const { root, offset } = facts.view(id);
  const home = clusters.homeOf(root);
  if (home === undefined || offset !== 0 || facts.size(root) !== facts.size(id) || clusters.parents.has(root) || facts.isRepeatable(root))
    return false;
  const isState = ({ id: read }: Read): boolean => {
    const node = facts.nodeOf(facts.view(read).root);
    return node?.op === 'state' && node.name === name;
  };
  const others = [...readers].filter(([cluster, reads]) => cluster !== home.cluster && reads.some(isState)).map(([cluster]) => cluster);
  const own = (readers.get(home.cluster) ?? []).filter(isState);
  if (own.some(({ part, inPlace }) => part !== home.part || !inPlace)) return false;
  if (others.some((cluster) => cluster.waitsFor(home.cluster))) return false;
  for (const cluster of others) home.cluster.waitFor(cluster);
  return true;
}

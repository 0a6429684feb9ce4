/** Where the values of a plan lie between the kernels that make and read them. */
import type { NodeId } from '../../graph/graph.ts';
import { arrange } from '../plan/arrange.ts';
import type { Cluster } from './cluster.ts';
import type { Facts } from './facts.ts';
import type { Clusters } from './clusters.ts';
import { readsOf } from './reads.ts';

const floatBytes = 4;

/** Places in the stretch that values share, in floats. */
export interface Layout {
  readonly floats: number;
  offset(root: NodeId): number | undefined;
  /** True for values that are written to memory. */
  isStored(root: NodeId): boolean;
}

/** Lays out what `moments` make; `ends` are read after the last, values of `written` have places elsewhere. */
export function layOut(
  facts: Facts,
  clusters: Clusters,
  moments: readonly (readonly Cluster[])[],
  ends: readonly NodeId[],
  written: ReadonlyMap<NodeId, string>,
): Layout {
  const momentOf = new Map(moments.flatMap((clusters, moment) => clusters.map((cluster) => [cluster, moment] as const)));
  const lastRead = new Map<NodeId, number>();
  const note = (id: NodeId, moment: number): void => {
    const { root } = facts.view(id);
    if (facts.origin(root) === 'made') lastRead.set(root, Math.max(moment, lastRead.get(root) ?? 0));
  };
  for (const [cluster, moment] of momentOf) for (const { id } of readsOf(cluster, facts, clusters)) note(id, moment);
  for (const id of ends) note(id, moments.length);
  // Pieces are stored for those who read the whole.
  const stored = new Set([...lastRead.keys(), ...clusters.parents.keys(), ...written.keys(), ...scratchOf(moments)]);

  const topOf = (root: NodeId): { readonly top: NodeId; readonly offset: number } => {
    const parent = clusters.parents.get(root);
    if (parent === undefined) return { top: root, offset: 0 };
    const { top, offset } = topOf(parent.concat);
    return { top, offset: offset + parent.offset };
  };
  const spans = new Map<NodeId, { from: number; to: number }>();
  for (const root of stored) {
    const { top } = topOf(root);
    if (written.has(top)) continue;
    for (const maker of clusters.makersOf(root)) {
      const made = momentOf.get(maker) ?? 0;
      const span = spans.get(top) ?? { from: made, to: made };
      spans.set(top, { from: Math.min(span.from, made), to: Math.max(span.to, made, lastRead.get(root) ?? made) });
    }
  }
  const tops = [...spans];
  const { offsets, bytes } = arrange(tops.map(([top, { from, to }]) => ({ bytes: floatBytes * facts.size(top), from, to })));
  const places = new Map(tops.map(([top], index) => [top, (offsets[index] ?? 0) / floatBytes]));
  return {
    floats: bytes / floatBytes,
    offset(root) {
      const { top, offset } = topOf(root);
      const begin = places.get(top);
      return begin === undefined ? undefined : begin + offset;
    },
    isStored: (root) => stored.has(root),
  };
}

/** Results that have no reader of their own, such as those of a product in parts. */
function* scratchOf(moments: readonly (readonly Cluster[])[]): Iterable<NodeId> {
  for (const { core } of moments.flat()) {
    if (core?.kind === 'product' && core.parts > 1) yield core.result;
    if (core?.kind === 'queries') yield core.rows;
  }
}

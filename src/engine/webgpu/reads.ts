/** What a cluster reads from memory, part by part: what the order of kernels and the lifetimes of values follow from. */
import type { NodeId } from '../../graph/graph.ts';
import { readsOfCore, type Cluster, type Section } from './cluster.ts';
import type { Facts } from './facts.ts';
import type { Clusters } from './clusters.ts';

/** A value that is read. `inPlace`: the thread that works on element i reads element i and no other. */
export interface Read {
  readonly id: NodeId;
  readonly part: 'front' | 'core' | 'back';
  readonly inPlace: boolean;
}

/** Everything that a cluster reads from memory. */
export function readsOf(cluster: Cluster, facts: Facts, clusters: Clusters): readonly Read[] {
  const reads: Read[] = [];
  for (const part of ['front', 'back'] as const) {
    const section = cluster[part];
    if (section !== undefined) reads.push(...sectionReads(section, part, cluster, facts, clusters));
  }
  for (const id of readsOfCore(cluster.core, facts)) {
    const own = cluster.core?.kind === 'reduce' && cluster.front?.members.includes(facts.view(id).root);
    if (own !== true) reads.push({ id, part: 'core', inPlace: false });
  }
  return reads;
}

function sectionReads(section: Section, part: 'front' | 'back', cluster: Cluster, facts: Facts, clusters: Clusters): readonly Read[] {
  const here = new Set(section.members);
  const isResult = (root: NodeId): boolean => {
    const home = clusters.homeOf(root);
    return home?.cluster === cluster && home.part === part;
  };
  return section.members.flatMap((member): readonly Read[] => {
    const copied = clusters.copies.get(member);
    if (copied !== undefined) return [{ id: copied, part, inPlace: facts.view(copied).offset === 0 }];
    const operands = facts.operands(member);
    if (operands === undefined) return (facts.nodeOf(member)?.inputs ?? []).map((id) => ({ id, part, inPlace: false }));
    return operands.flatMap(({ kind, source }) => {
      const { root, offset } = facts.view(source);
      const alike = offset === 0 && facts.size(root) === section.size && (kind === 'full' || section.size === 1);
      return alike && (here.has(root) || isResult(root)) ? [] : [{ id: source, part, inPlace: alike }];
    });
  });
}

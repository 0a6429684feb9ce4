/**
 * The order of kernels. Each runs as late as it can: then those that no other is waiting for meet just before they are needed (the gradients of all
 * weights, say), and what runs at the same moment shares a dispatch if it is the same kernel, or one kernel if it works on elements alike.
 */
import { mostMembers, type Cluster } from './cluster.ts';
import type { Clusters } from './clusters.ts';

/** Clusters moment by moment. Merges those that work element by element on values of one size. */
export function momentsOf(clusters: Clusters): readonly (readonly Cluster[])[] {
  const fromEnd = new Map<Cluster, number>();
  // Whoever waits for another is deeper.
  for (const cluster of [...clusters.all].sort((a, b) => b.depth - a.depth)) {
    let most = 0;
    for (const follower of cluster.followers) most = Math.max(most, (fromEnd.get(follower) ?? 0) + 1);
    fromEnd.set(cluster, most);
  }
  const moments: Cluster[][] = [];
  for (const cluster of [...clusters.all]) (moments[fromEnd.get(cluster) ?? 0] ??= []).push(cluster);
  return moments.reverse().map((moment) => merged(moment, clusters));
}

function merged(moment: readonly Cluster[], clusters: Clusters): readonly Cluster[] {
  const bySize = new Map<number, Cluster>();
  const result: Cluster[] = [];
  for (const cluster of moment) {
    const size = cluster.core === undefined ? cluster.front?.size : undefined;
    const into = size === undefined ? undefined : bySize.get(size);
    const isRoom = membersOf(into) + membersOf(cluster) <= mostMembers;
    if (into !== undefined && isRoom) clusters.merge(into, cluster);
    else {
      if (size !== undefined) bySize.set(size, cluster);
      result.push(cluster);
    }
  }
  return result;
}

function membersOf(cluster: Cluster | undefined): number {
  return cluster?.front?.members.length ?? 0;
}

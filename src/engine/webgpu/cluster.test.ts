/** Who waits for whom, while clusters join and take each other's places at random: against a plain reading of the edges after each change. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster } from './cluster.ts';

/** Clusters and, beside them, nothing but the edges: whom each waits for directly. */
class Plain {
  readonly clusters = Array.from({ length: 12 }, (_, number) => new Cluster(number, undefined));
  private readonly edges = new Map<Cluster, Set<Cluster>>(this.clusters.map((cluster) => [cluster, new Set()]));

  before(cluster: Cluster): readonly Cluster[] {
    return [...(this.edges.get(cluster) ?? [])];
  }

  waits(cluster: Cluster, other: Cluster): boolean {
    return this.before(cluster).includes(other) || this.waitsBehind(cluster, other);
  }

  waitsBehind(cluster: Cluster, other: Cluster): boolean {
    return this.before(cluster).some((earlier) => this.waits(earlier, other));
  }

  depth(cluster: Cluster): number {
    return Math.max(0, ...this.before(cluster).map((earlier) => this.depth(earlier) + 1));
  }

  /** Does what was drawn, if that may be done. */
  change([kind, first, second]: Change): void {
    const [cluster, other] = [this.clusters[first % this.clusters.length]!, this.clusters[second % this.clusters.length]!];
    if (cluster === other) return;
    if (kind === 'wait' && !this.waits(other, cluster)) {
      cluster.waitFor(other);
      this.edges.get(cluster)?.add(other);
    }
    if (kind === 'replace' && !this.waitsBehind(cluster, other) && !this.waitsBehind(other, cluster)) {
      cluster.replace(other);
      for (const earlier of this.before(other)) this.edges.get(cluster)?.add(earlier);
      for (const edges of this.edges.values()) if (edges.delete(other)) edges.add(cluster);
      this.edges.get(cluster)?.delete(cluster);
      this.clusters.splice(this.clusters.indexOf(other), 1);
    }
  }
}

type Change = readonly ['wait' | 'replace', number, number];

const kinds = fc.constantFrom('wait' as const, 'wait' as const, 'wait' as const, 'replace' as const);
const changes = fc.array(fc.tuple(kinds, fc.nat(11), fc.nat(11)), { minLength: 30, maxLength: 60 });

/** Asks after each change. */
function always(check: (plain: Plain) => void): void {
  fc.assert(
    fc.property(changes, (list) => {
      const plain = new Plain();
      for (const change of list) {
        plain.change(change);
        check(plain);
      }
    }),
    { seed: 7 },
  );
}

describe('a cluster', () => {
  it('is as deep as the longest chain before it', () => {
    always((plain) => {
      expect(plain.clusters.map(({ depth }) => depth)).toEqual(plain.clusters.map((cluster) => plain.depth(cluster)));
    });
  });

  it('knows whom it waits for, and whom by way of others', () => {
    always((plain) => {
      const pairs = plain.clusters.flatMap((cluster) => plain.clusters.map((other) => [cluster, other] as const));
      const wanted = pairs.map(([cluster, other]) => [plain.waits(cluster, other), plain.waitsBehind(cluster, other)]);
      expect(pairs.map(([cluster, other]) => [cluster.waitsFor(other), cluster.waitsBehind(other)])).toEqual(wanted);
    });
  });

  it('knows who waits for it directly', () => {
    always((plain) => {
      for (const cluster of plain.clusters)
        expect([...cluster.followers].sort(byNumber)).toEqual(plain.clusters.filter((later) => plain.before(later).includes(cluster)));
    });
  });
});

function byNumber(a: Cluster, b: Cluster): number {
  return a.number - b.number;
}

describe('a circle', () => {
  const kernels = (count: number) => Array.from({ length: count }, (_, number) => new Cluster(number, undefined));
  const circle = expect.objectContaining({ kind: 'internal', message: expect.stringContaining('circle') as unknown }) as unknown;

  it.each([1, 2, 5])('of %i ends in an error, not in a search without end', (count) => {
    const all = kernels(count);
    for (let i = 1; i < count; i++) all[i]?.waitFor(all[i - 1]!);
    expect(() => all[0]?.waitFor(all.at(-1)!)).toThrow(circle);
  });

  it('that comes of taking the place of one that is waited for by way of others does too', () => {
    const [first, between, last] = kernels(3) as [Cluster, Cluster, Cluster];
    between.waitFor(first);
    last.waitFor(between);
    expect(() => last.replace(first)).toThrow(circle);
  });
});

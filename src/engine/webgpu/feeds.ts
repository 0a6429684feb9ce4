/**
 * How the host hands a plan its numbers and tensors: a row for each step, of a head of three words, the numbers that the host computes, and the
 * tensors that are fed. Rows of the steps of one submission lie one after another, and each step is bound to its own.
 */
import type { Feed, FeedColumns, Feeds } from '../../graph/executor.ts';
import type { NodeId } from '../../graph/graph.ts';
import { areColumns } from '../../graph/feeds.ts';
import type { Facts } from './facts.ts';

/** Words before the numbers: the step, the row of the ring of metrics, the seed. */
const headWords = 3;
/** Rows begin at multiples of this many words, which every device accepts. */
const rowAlignment = 64;

/** A tensor that is fed. */
interface Fed {
  readonly name: string;
  readonly size: number;
  readonly at: number;
}

/** The rows of a plan. */
export class FeedRows {
  /** Words of a row. */
  readonly words: number;
  private readonly facts: Facts;
  private readonly seed: number;
  private readonly hostPlaces = new Map<NodeId, number>();
  private readonly fed: readonly Fed[];
  private readonly numbers: Float64Array;
  private readonly scalars: Record<string, number> = {};

  constructor(facts: Facts, seed: number) {
    this.facts = facts;
    this.seed = seed;
    let at = headWords;
    const fed: Fed[] = [];
    for (const id of facts.values.needed) {
      const node = facts.nodeOf(id);
      if (facts.host.ids.has(id)) this.hostPlaces.set(id, at++);
      else if (node?.op === 'feed') {
        fed.push({ name: node.name, size: facts.size(id), at });
        at += facts.size(id);
      }
    }
    this.fed = fed;
    this.words = Math.ceil(at / rowAlignment) * rowAlignment;
    this.numbers = new Float64Array(facts.values.graph.nodes.length);
  }

  /** Where a number or a fed tensor lies in a row. */
  place(root: NodeId): number {
    const host = this.hostPlaces.get(root);
    if (host !== undefined) return host;
    const node = this.facts.nodeOf(root);
    return this.fed.find(({ name }) => node?.op === 'feed' && node.name === name)?.at ?? 0;
  }

  /** The number that the host had for a node in the row written last. */
  number(root: NodeId): number {
    return this.numbers[root] ?? Number.NaN;
  }

  /** Writes the row of step `index` of some feeds. Throws `RangeError` if something is missing or has another size. */
  write(feeds: Feeds, index: number, ring: number, words: Uint32Array, floats: Float32Array, at: number): void {
    const columns = areColumns(feeds) ? feeds : undefined;
    const single = areColumns(feeds) ? undefined : feeds[index];
    words[at] = columns === undefined ? (single?.step ?? 0) : columns.firstStep + index;
    words[at + 1] = ring;
    words[at + 2] = this.seed;
    this.facts.host.evaluate(columns === undefined ? (single?.scalars ?? {}) : this.scalarsAt(columns, index), this.numbers);
    for (const [id, place] of this.hostPlaces) floats[at + place] = this.numbers[id] ?? Number.NaN;
    for (const fed of this.fed) {
      const values = columns === undefined ? whole(fed, single) : pieceOf(fed, columns, index);
      floats.set(values, at + fed.at);
    }
  }

  private scalarsAt({ scalars }: FeedColumns, index: number): Readonly<Record<string, number>> {
    for (const name in scalars) {
      const column = scalars[name];
      this.scalars[name] = typeof column === 'number' ? column : (column?.[index] ?? Number.NaN);
    }
    return this.scalars;
  }
}

function whole({ name, size }: Fed, feed: Feed | undefined): Float32Array {
  return checked(name, feed?.tensors[name], size);
}

function pieceOf({ name, size }: Fed, columns: FeedColumns, index: number): Float32Array {
  const lasting = columns.lasting[name];
  if (lasting !== undefined) return checked(name, lasting, size);
  return checked(name, columns.tensors[name], size * columns.length).subarray(index * size, (index + 1) * size);
}

function checked(name: string, values: Float32Array | undefined, size: number): Float32Array {
  if (values?.length !== size) throw new RangeError(`feed ${name}: expected ${String(size)} values, got ${String(values?.length)}`);
  return values;
}

/**
 * Adds up the parts of the gradients of nodes that are used more than once.
 *
 * Idea: a recurrent network uses one weight, and one piece of its inputs, at every position. As many small products, and zeros around as many
 * pieces, would cost far more than they say: products with the same right side become one product of what stands above one another, and pieces
 * that do not overlap are joined.
 */
import type { GraphBuilder } from './builder.ts';
import type { NodeId } from './graph.ts';

/** The gradient of rows `begin … begin + rows of dy` of a node. */
interface Piece {
  readonly begin: number;
  readonly dy: NodeId;
}

/** The gradient dy of a product a·b, for b. */
interface Product {
  readonly a: NodeId;
  readonly dy: NodeId;
}

/** Gradients by node, while they are being found. */
export class Accumulator {
  private readonly g: GraphBuilder;
  private readonly sums = new Map<NodeId, NodeId>();
  private readonly pieces = new Map<NodeId, Piece[]>();
  private readonly products = new Map<NodeId, Product[]>();

  constructor(g: GraphBuilder) {
    this.g = g;
  }

  add(id: NodeId, part: NodeId): void {
    const sum = this.sums.get(id);
    this.sums.set(id, sum === undefined ? part : this.g.plus(sum, part));
  }

  /** Adds the gradient of rows from `begin` on. */
  addRows(id: NodeId, begin: number, dy: NodeId): void {
    this.pieces.set(id, [...(this.pieces.get(id) ?? []), { begin, dy }]);
  }

  /** Adds aᵀ·dy. */
  addProduct(id: NodeId, a: NodeId, dy: NodeId): void {
    this.products.set(id, [...(this.products.get(id) ?? []), { a, dy }]);
  }

  /** The whole gradient of a node, to which nothing is added afterwards; undefined if there is none. */
  take(id: NodeId): NodeId | undefined {
    const products = this.products.get(id) ?? [];
    const last = products.at(-1);
    if (last !== undefined) {
      // Collected from the last use to the first.
      const join = (pick: (product: Product) => NodeId) => this.g.concat(products.map(pick).reverse());
      this.add(id, this.g.matMul(join(({ a }) => a), join(({ dy }) => dy), true, false)); // prettier-ignore
      this.products.delete(id);
    }
    for (const part of this.joinedRows(id)) this.add(id, part);
    this.pieces.delete(id);
    return this.sums.get(id);
  }

  /** Pieces of a node within zeros: all in one if none overlaps another. */
  private joinedRows(id: NodeId): readonly NodeId[] {
    const pieces = [...(this.pieces.get(id) ?? [])].sort((a, b) => a.begin - b.begin);
    const end = ({ begin, dy }: Piece): number => begin + (this.g.shape(dy)[0] ?? 0);
    const overlap = pieces.some((piece, index) => index > 0 && piece.begin < end(pieces[index - 1] ?? piece));
    if (overlap) return pieces.map((piece) => this.withZeros(id, [piece]));
    return pieces.length > 0 ? [this.withZeros(id, pieces)] : [];
  }

  private withZeros(id: NodeId, pieces: readonly Piece[]): NodeId {
    const { g } = this;
    const [rows = 0, ...rest] = g.shape(id);
    const zeros = (count: number) => (count > 0 ? [g.broadcast(g.constant(0), [count, ...rest])] : []);
    const parts: NodeId[] = [];
    let at = 0;
    for (const { begin, dy } of pieces) {
      parts.push(...zeros(begin - at), dy);
      at = begin + (g.shape(dy)[0] ?? 0);
    }
    return g.concat([...parts, ...zeros(rows - at)]);
  }
}

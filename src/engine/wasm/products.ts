/**
 * Which products take the kernel for large ones, and which of them tell another on their way: the same product over the first places of the inner
 * dimension, of which the whole goes on. The gradient of a weight is such a product over the rows of a batch, and the share of the first
 * rows in it is the other (`training/first-rows.ts`).
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import type { Values } from '../plan/values.ts';

/** Multiply-adds up to which packing does not pay. */
const smallWork = 16_384;

type Product = Extract<Node, { op: 'matMul' }>;

/** Rows, columns and inner dimension of a product. */
export interface ProductSize {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Those of a node. */
export function productSize(values: Values, { shape, inputs, transposeA }: Product): ProductSize {
  const [m = 0, n = 0] = shape;
  return { m, n, k: values.node(inputs[0] ?? -1).shape[transposeA ? 0 : 1] ?? 0 };
}

/** Whether it is large enough to be packed. */
export function isLargeProduct({ m, n, k }: ProductSize): boolean {
  return m * n * k > smallWork;
}

/** A product, and its share over the first places of the inner dimension. */
export interface SharedProduct {
  readonly whole: NodeId;
  readonly share: NodeId;
}

/** Products that tell a share, by whichever of the two nodes comes first, and by the other one. Each tells one at most; `isTaken`: not for this. */
export function sharedProducts(values: Values, isTaken: (id: NodeId) => boolean): ReadonlyMap<NodeId, SharedProduct> {
  const alike = new Map<string, (ProductSize & { readonly id: NodeId })[]>();
  for (const id of values.needed) {
    const node = values.node(id);
    if (node.op !== 'matMul' || !node.transposeA || node.transposeB || isTaken(id)) continue;
    // Both sides are stored place by place: who begins at the same numbers with rows of the same length reads the same first places.
    const size = productSize(values, node);
    const key = JSON.stringify([size.m, size.n, ...node.inputs.map((input) => values.view(input))]);
    alike.set(key, [...(alike.get(key) ?? []), { id, ...size }]);
  }
  const found = new Map<NodeId, SharedProduct>();
  for (const products of alike.values()) {
    const longest = products.reduce((a, b) => (b.k > a.k ? b : a));
    const shorter = products.find(({ k }) => k < longest.k);
    if (shorter === undefined || !isLargeProduct(longest)) continue;
    const both = { whole: longest.id, share: shorter.id };
    found.set(longest.id, both).set(shorter.id, both);
  }
  return found;
}

/**
 * Which sums over the rows of a batch tell their share over the first rows on their way, as a result of its own: products with the rows inside, and
 * gradients of a convolution's kernel. The gradient of a weight is such a sum, and the share of the first examples in it is what the noise scale is
 * made of (`training/first-rows.ts`).
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import type { Values } from '../plan/values.ts';
import { isLargeProduct, productSize } from './products.ts';

/** A sum over rows, and the same over the first of them. */
export interface SharedSum {
  readonly whole: NodeId;
  readonly share: NodeId;
}

/** All of them, each by both of its nodes. A sum tells one share at most; `isTaken`: nodes that are not for this. */
export function sharedSums(values: Values, isTaken: (id: NodeId) => boolean): ReadonlyMap<NodeId, SharedSum> {
  const alike = new Map<string, { readonly id: NodeId; readonly rows: number }[]>();
  for (const id of values.needed) {
    const node = values.node(id);
    if (!isSumOverRows(node) || isTaken(id)) continue;
    // Both sides are stored row by row: who begins at the same numbers, with rows of the same shape, reads the same first rows.
    const sides = node.inputs.map((input) => [values.view(input), values.node(input).shape.slice(1)]);
    const key = JSON.stringify([node.op, node.shape, sides]);
    alike.set(key, [...(alike.get(key) ?? []), { id, rows: rowsOf(values, id) }]);
  }
  const found = new Map<NodeId, SharedSum>();
  for (const sums of alike.values()) {
    const longest = sums.reduce((a, b) => (b.rows > a.rows ? b : a));
    const shorter = sums.find(({ rows }) => rows < longest.rows);
    if (shorter === undefined || !tellsShare(values, longest.id)) continue;
    const both = { whole: longest.id, share: shorter.id };
    found.set(longest.id, both).set(shorter.id, both);
  }
  return found;
}

/** Rows that a sum over rows adds up. */
export function rowsOf(values: Values, id: NodeId): number {
  return values.node(values.node(id).inputs[0] ?? -1).shape[0] ?? 0;
}

function isSumOverRows(node: Node): boolean {
  return node.op === 'matMul' ? node.transposeA && !node.transposeB : node.op === 'conv2dKernelGradient';
}

/** Whether the kernel that adds it up can. */
function tellsShare(values: Values, id: NodeId): boolean {
  const node = values.node(id);
  return node.op !== 'matMul' || isLargeProduct(productSize(values, node));
}

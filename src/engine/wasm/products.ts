/** How large products are, and which take the kernel for large ones. */
import type { Node } from '../../graph/graph.ts';
import type { Values } from '../plan/values.ts';

/** Multiply-adds up to which packing does not pay. */
const smallWork = 16_384;

/** Rows, columns and inner dimension of a product. */
interface ProductSize {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** Those of a node. */
export function productSize(values: Values, { shape, inputs, transposeA }: Extract<Node, { op: 'matMul' }>): ProductSize {
  const [m = 0, n = 0] = shape;
  return { m, n, k: values.node(inputs[0] ?? -1).shape[transposeA ? 0 : 1] ?? 0 };
}

/** Whether it is large enough to be packed. */
export function isLargeProduct({ m, n, k }: ProductSize): boolean {
  return m * n * k > smallWork;
}

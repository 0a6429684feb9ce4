/** Matrix products and convolutions as one thing: `rows × depth` times `depth × columns`, in tiles. */
import type { NodeId } from '../../graph/graph.ts';
import { EngineError } from '../engine-error.ts';
import type { Facts } from './facts.ts';

/** What is multiplied: a convolution is the product of a matrix of image patches, which is never written out. */
export interface Product {
  readonly kind: 'matMul' | 'conv2d' | 'conv2dInputGradient' | 'conv2dKernelGradient';
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

/** Side of the square of results that a workgroup makes; 0: each thread makes one result alone. */
export type Tile = 0 | 32 | 64;

/** Multiply-adds up to which tiles do not pay. */
const smallWork = 32_768;
const longestAlone = 512;

/** The sizes of a product. Throws an `EngineError` for any other node. */
export function productOf(facts: Facts, id: NodeId): Product {
  const node = facts.nodeOf(id);
  const shapeOf = (input: number): readonly number[] => facts.nodeOf(node?.inputs[input] ?? -1)?.shape ?? [];
  const area = (shape: readonly number[]): number => (shape[0] ?? 1) * (shape[1] ?? 1) * (shape[2] ?? 1);
  switch (node?.op) {
    case 'matMul':
      return {
        kind: node.op,
        rows: node.shape[0] ?? 0,
        columns: node.shape[1] ?? 0,
        depth: shapeOf(0)[node.transposeA ? 0 : 1] ?? 0,
      };
    case 'conv2d':
      return { kind: node.op, rows: area(node.shape), columns: node.shape[3] ?? 0, depth: area(shapeOf(1)) };
    case 'conv2dInputGradient': {
      const [height = 1, width = 1, , outputs = 1] = shapeOf(1);
      return { kind: node.op, rows: area(node.shape), columns: node.shape[3] ?? 0, depth: height * width * outputs };
    }
    case 'conv2dKernelGradient':
      return { kind: node.op, rows: area(node.shape), columns: node.shape[3] ?? 0, depth: area(shapeOf(1)) };
    default:
      throw new EngineError('internal', `${node?.op ?? 'nothing'} is not a product.`);
  }
}

/** The tile that a product is made in. */
export function tileOf({ rows, columns, depth }: Product): Tile {
  if (rows * columns * depth <= smallWork && depth <= longestAlone) return 0;
  return Math.ceil(rows / 64) * Math.ceil(columns / 64) >= 64 ? 64 : 32;
}

/** How many parts the depth is cut into, so that a deep product with few results keeps the device busy. */
export function partsOf(facts: Facts, id: NodeId): number {
  const product = productOf(facts, id);
  if (tileOf(product) !== 32 || product.depth < 1024) return 1;
  const tiles = Math.ceil(product.rows / 32) * Math.ceil(product.columns / 32);
  return tiles >= 32 ? 1 : Math.max(1, Math.min(Math.floor(product.depth / 256), Math.ceil(64 / tiles)));
}

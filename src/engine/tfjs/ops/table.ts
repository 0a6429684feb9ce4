/** All ops, by name. */
import { elementwise } from './elementwise.ts';
import { indexOps } from './index-ops.ts';
import { matrix } from './matrix.ts';
import type { ComputedOp, OpTable, Run, Tools } from './op.ts';
import { attention } from './attention.ts';
import { sequences } from './sequences.ts';
import { shape } from './shape.ts';
import type { Node } from '../../../graph/graph.ts';

const stock: OpTable = { ...elementwise, ...shape, ...indexOps, ...matrix, ...sequences, ...attention };

/** The implementation of a node. `overrides` come before the stock ones. */
export function implement(node: Node & { readonly op: ComputedOp }, overrides: Partial<OpTable>, tools: Tools): Run {
  const build = (overrides[node.op] ?? stock[node.op]) as (node: Node, tools: Tools) => Run;
  return build(node, tools);
}

/** The length of a tensor: of a gradient that is clipped, of weights that a step is measured by. */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';

/** √Σx² over a tensor of any shape, a scalar. */
export function euclideanNorm(g: GraphBuilder, tensor: NodeId): NodeId {
  return g.unary('sqrt', g.sum(g.unary('square', tensor)));
}

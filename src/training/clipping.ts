/** Gradient clipping as graph, on the flat gradient: `torch.nn.utils.clip_grad_value_` and `clip_grad_norm_` (L2). */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';

/** The gradient after clipping, as nodes: `gradient` [parameterCount], the norms scalars. */
export interface Clipped {
  readonly gradient: NodeId;
  /** Global norm before and after. */
  readonly norm: NodeId;
  readonly clippedNorm: NodeId;
}

/** The global L2 norm of a flat vector. */
export function globalNorm(g: GraphBuilder, vector: NodeId): NodeId {
  return g.unary('sqrt', g.sum(g.unary('square', vector)));
}

/** Clips the gradient at the scalar `threshold`, made only when the kind of clipping needs it. */
export function clip(g: GraphBuilder, kind: Config['clip'], gradient: NodeId, threshold: () => NodeId): Clipped {
  const norm = globalNorm(g, gradient);
  switch (kind) {
    case 'none':
      return { gradient, norm, clippedNorm: norm };
    case 'value': {
      const limit = threshold();
      const clipped = g.binary('maximum', g.binary('minimum', gradient, limit), g.unary('neg', limit));
      return { gradient: clipped, norm, clippedNorm: globalNorm(g, clipped) };
    }
    case 'norm': {
      // PyTorch's 1e-6 keeps the quotient finite for a zero gradient.
      const factor = g.binary('minimum', g.constant(1), g.div(threshold(), g.plus(norm, g.constant(1e-6))));
      return { gradient: g.mul(gradient, factor), norm, clippedNorm: g.mul(norm, factor) };
    }
  }
}

/** Activation functions as graph, with PyTorch's definitions (GELU is the exact one, by the error function). */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import type { Config } from '../params/config.ts';

/** An activation function by its id in the parameter table; SwiGLU joins two layers and is no function of one number. */
export type ActivationName = Exclude<Config['activation'], 'swiglu'>;

/** Applies an activation function elementwise. */
export function activate(g: GraphBuilder, name: ActivationName, x: NodeId): NodeId {
  switch (name) {
    case 'linear':
      return x;
    case 'gelu':
      // Hendrycks & Gimpel 2016: x · Φ(x), Φ by erf.
      return g.mul(g.scale(x, 0.5), g.plus(g.constant(1), g.unary('erf', g.div(x, g.exactly(Math.SQRT2)))));
    case 'relu':
    case 'tanh':
    case 'sigmoid':
      return g.unary(name, x);
  }
}

/** Least and largest value that an activation approaches; nothing where it has no such bounds. */
export function boundsOf(name: ActivationName): readonly [number, number] | undefined {
  return name === 'tanh' ? [-1, 1] : name === 'sigmoid' ? [0, 1] : undefined;
}

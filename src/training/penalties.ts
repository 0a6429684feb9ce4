/** L1 and L2 penalties as graph: their values, and the gradient with theirs added. They act where the mask is 1. */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';

/** What penalties are computed from, as nodes of `[parameterCount]`. */
export interface PenaltyInputs {
  readonly flat: NodeId;
  readonly mask: NodeId;
  readonly gradient: NodeId;
  /** Present at all; the strengths are the scalars `l1` and `l2`. */
  readonly l1: boolean;
  readonly l2: boolean;
  /** L1 acts after the update: its value is told, its gradient is not added. */
  readonly proximal?: boolean;
}

/** The gradient with penalties, `[parameterCount]`, and their values as scalars. */
export interface Penalized {
  readonly gradient: NodeId;
  /** `l1 · Σ|w|` */
  readonly l1: NodeId;
  /** `½ · l2 · Σw²` */
  readonly l2: NodeId;
}

/** Adds `l1·sign(w)` (0 at 0) and `l2·w` to the gradient. */
export function penalties(g: GraphBuilder, inputs: PenaltyInputs): Penalized {
  let { gradient } = inputs;
  let l1 = g.constant(0);
  let l2 = g.constant(0);
  const weights = inputs.l1 || inputs.l2 ? g.mul(inputs.flat, inputs.mask) : inputs.flat;
  if (inputs.l2) {
    const strength = g.scalar('l2');
    l2 = g.mul(g.scale(strength, 0.5), g.sum(g.unary('square', weights)));
    gradient = g.plus(gradient, g.mul(strength, weights));
  }
  if (inputs.l1) {
    const strength = g.scalar('l1');
    l1 = g.mul(strength, g.sum(g.unary('abs', weights)));
    if (inputs.proximal !== true) gradient = g.plus(gradient, g.mul(strength, g.unary('sign', weights)));
  }
  return { gradient, l1, l2 };
}

/**
 * Probabilities that attention keeps for its gradient: behind its result, row by row as the kernel works on them, so that the gradient need not make them
 * again, which is the same products and exponentials, bit for bit.
 */
import type { Node, NodeId } from '../../graph/graph.ts';
import type { Values } from '../plan/values.ts';

/** What is kept, and behind the result of which node. */
export interface Kept {
  readonly by: NodeId;
  readonly floats: number;
}

/** More than this is made again: it would go through memory, not caches, and there is one for each layer. */
const mostFloats = 2 ** 21;

/** For attention whose gradient is in the same graph and for that gradient, what is kept. */
export function keptProbabilities(values: Values): ReadonlyMap<NodeId, Kept> {
  const attentions = new Map<string, NodeId>();
  const joined = new Set<NodeId>();
  const kept = new Map<NodeId, Kept>();
  for (const id of values.needed) {
    const node = values.node(id);
    if (node.op === 'concat') for (const input of node.inputs) joined.add(values.view(input).root);
    if (node.op === 'causalAttention') attentions.set(keyOf(values, node, node.inputs), id);
  }
  for (const id of values.needed) {
    const node = values.node(id);
    if (node.op !== 'causalAttentionGradient') continue;
    const by = attentions.get(keyOf(values, node, node.inputs.slice(1)));
    const [rows = 0] = values.node(node.inputs[0] ?? -1).shape;
    const floats = (rows / node.context) * node.heads * probabilityFloats(node.context);
    // Pieces of a concatenation lie close to each other.
    if (by === undefined || by > id || joined.has(by) || floats > mostFloats) continue;
    kept.set(by, { by, floats }).set(id, { by, floats });
  }
  return kept;
}

/** Floats of one head's probabilities: whole tiles of four rows, each row of whole tiles of eight. */
function probabilityFloats(context: number): number {
  return 4 * Math.ceil(context / 4) * 8 * Math.ceil(context / 8);
}

function keyOf(values: Values, { heads, context }: Extract<Node, { heads: number; context: number }>, inputs: readonly NodeId[]): string {
  return JSON.stringify([heads, context, inputs.map((input) => [values.view(input), values.node(input).shape])]);
}

/** The calls of what language models add: standardised rows, turned pairs, causal attention. */
import { sizeOf, type Node } from '../../graph/graph.ts';
import type { CallContext } from './calls.ts';
import type { Call } from './kernels.ts';

type SequenceOp = 'standardize' | 'standardizeGradient' | 'rotate' | 'causalAttention' | 'causalAttentionGradient';

/** The call of a node with one of these ops. `shapeOf`: shapes of its inputs; `kept`: where probabilities are kept, or 0. */
export function sequenceCall(
  node: Extract<Node, { op: SequenceOp }>,
  to: number,
  from: readonly number[],
  shapeOf: (input: number) => readonly number[],
  context: Pick<CallContext, 'scratch' | 'zeros'>,
  kept: number,
): Call {
  const columns = node.shape.at(-1) ?? 1;
  switch (node.op) {
    case 'standardize':
    case 'standardizeGradient':
      return [node.op, to, ...from, sizeOf(node.shape) / columns, columns, bitsOf(node.epsilon), Number(node.centered)];
    case 'rotate': {
      const [positions = 1, half = 1] = shapeOf(1);
      return ['rotate', to, ...from, node.shape[0] ?? 0, columns / (2 * half), half, positions];
    }
    case 'causalAttention':
      return attention(node, to, from, shapeOf(1), shapeOf(2), context, kept);
    case 'causalAttentionGradient':
      return attention(node, to, from, shapeOf(2), shapeOf(3), context, kept);
  }
}

function attention(
  { op, heads, context }: Extract<Node, { op: 'causalAttention' | 'causalAttentionGradient' }>,
  to: number,
  from: readonly number[],
  [rows = 0, keyColumns = 0]: readonly number[],
  [, valueColumns = 0]: readonly number[],
  { scratch, zeros }: Pick<CallContext, 'scratch' | 'zeros'>,
  kept: number,
): Call {
  const [keyWidth, valueWidth] = [keyColumns / heads, valueColumns / heads];
  // Panels of keys (and values) and rows of scores, each of whole tiles of eight.
  const panelRows = op === 'causalAttention' ? keyWidth + 4 : keyWidth + valueWidth + 2 * (context + 4);
  const room = scratch(panelRows * 8 * Math.ceil(context / 8));
  return [op, to, ...from, rows / context, context, heads, keyWidth, valueWidth, zeros, room, kept, 0, (rows / context) * heads];
}

/** The bits of a float32. */
function bitsOf(value: number): number {
  return new Int32Array(Float32Array.of(value).buffer)[0] ?? 0;
}

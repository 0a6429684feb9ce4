/** What all language models share: tokens come as `[n, context]`, and leave as logits `[n · context, vocabulary]`, sequence after sequence. */
import type { NodeId } from '../graph/graph.ts';
import type { ForwardContext, Start, Unplaced } from './model.ts';

/** Sizes of the language. */
export interface LanguageSizes {
  /** Number of tokens that there are. */
  readonly vocabulary: number;
  /** Tokens of a sequence. */
  readonly context: number;
}

/** Weight and bias of a linear layer, `[in, out]` and `[out]`. */
export function linearParameters(
  layer: string,
  fanIn: number,
  fanOut: number,
  start: { readonly weight: Start; readonly bias?: Start },
): Unplaced[] {
  const fans = { fanIn, fanOut };
  const weight: Unplaced = { name: `${layer}.weight`, shape: [fanIn, fanOut], role: 'weight', ...fans, start: start.weight };
  return start.bias === undefined
    ? [weight]
    : [weight, { name: `${layer}.bias`, shape: [fanOut], role: 'bias', ...fans, start: start.bias }];
}

/** A table of `rows` vectors. */
export function embeddingParameter(layer: string, rows: number, width: number, start: Start): Unplaced {
  return { name: `${layer}.weight`, shape: [rows, width], role: 'embedding', fanIn: rows, fanOut: width, start };
}

/** A linear layer with bias, and what is added to it. */
export function linear({ g, weight, added }: Pick<ForwardContext, 'g' | 'weight' | 'added'>, layer: string, x: NodeId): NodeId {
  const y = g.linear(x, weight(`${layer}.weight`), weight(`${layer}.bias`));
  const more = added?.(layer, x);
  return more === undefined ? y : g.plus(y, more);
}

/** Drops from the rows of `x [n · context, width]`; masks belong to whole sequences, so that a batch may be cut between them. */
export function dropRows({ g, dropout }: Pick<ForwardContext, 'g' | 'dropout'>, x: NodeId, context: number, site: number): NodeId {
  const [rows = 0, width = 0] = g.shape(x);
  return g.reshape(dropout(g.reshape(x, [rows / context, context * width]), site), [rows, width]);
}

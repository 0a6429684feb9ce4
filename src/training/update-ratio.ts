/**
 * The update-to-weight ratio of each layer, as graph: ‖wₜ₊₁ − wₜ‖ / ‖wₜ‖, of what really happened to the weights in this step, decay,
 * clipping and projections included. A layer is all that its name stands before: weights and bias together, so that a bias that starts at
 * zero does not make the ratio infinite.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Parameter } from '../models/model.ts';

/** A contiguous part of the flat vector. */
interface Span {
  readonly offset: number;
  readonly size: number;
}

/** The prefix of the columns and outputs. */
export const updatePrefix = 'update.';

/** Where each layer lies in the flat vector; neighbouring parameters are one span. */
export function layerSpans(layout: readonly Parameter[]): ReadonlyMap<string, readonly Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { name, shape, offset } of layout) {
    const layer = name.split('.')[0] ?? name;
    const own = spans.get(layer) ?? [];
    const last = own.at(-1);
    const joins = last !== undefined && last.offset + last.size === offset;
    if (joins) own[own.length - 1] = { offset: last.offset, size: last.size + sizeOf(shape) };
    else own.push({ offset, size: sizeOf(shape) });
    spans.set(layer, own);
  }
  return spans;
}

/** Outputs `update.<layer>`, scalars. Infinite for a layer of zeros that moves. */
export function updateRatios(g: GraphBuilder, layout: readonly Parameter[], before: NodeId, after: NodeId): Record<string, NodeId> {
  // Layer by layer, so that an executor can add up what it computes as it goes, and share long sums among threads.
  const total = (spans: readonly Span[], of: (span: Span) => NodeId): NodeId =>
    spans.map((span) => g.sum(g.unary('square', of(span)))).reduce((sum, part) => g.plus(sum, part));
  const piece = (whole: NodeId, { offset, size }: Span): NodeId => g.slice(whole, offset, size);
  const ratios = [...layerSpans(layout)].map(([layer, spans]) => {
    const moved = total(spans, (span) => g.sub(piece(after, span), piece(before, span)));
    const length = total(spans, (span) => piece(before, span));
    return [`${updatePrefix}${layer}`, g.unary('sqrt', g.div(moved, length))] as const;
  });
  return Object.fromEntries(ratios);
}

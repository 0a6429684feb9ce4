/**
 * The gradient norms of the last steps, kept in the graph, and a percentile of them.
 *
 * Idea: many steps run in one call of an executor, so the threshold of a step must come from state and not from the host. The ring is a
 * vector that moves up by one place a step; places not yet filled hold a number larger than any norm, so that they rank last.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';

/** State that holds the ring, `[historyLength]`. */
export const historyState = 'normHistory';

/** Norms that are kept. */
export const historyLength = 64;

/** Stands where no norm is known yet; no clipping at all. */
const unknown = 3e38;

/** The ring of a run that has not begun. */
export function emptyHistory(): Float32Array {
  return new Float32Array(historyLength).fill(unknown);
}

/** The ring after a step with this norm. */
export function pushNorm(g: GraphBuilder, history: NodeId, norm: NodeId): NodeId {
  return g.concat([g.slice(history, 1, historyLength - 1), g.reshape(norm, [1])]);
}

/** The nearest-rank percentile: the least norm that at least `percent` % of those known do not exceed. Unlimited before the first. */
export function percentileOfHistory(g: GraphBuilder, history: NodeId, percent: NodeId): NodeId {
  const column = g.reshape(history, [historyLength, 1]);
  const row = g.reshape(history, [1, historyLength]);
  const one = g.constant(1);
  const known = g.sum(g.binary('greater', g.constant(unknown / 2), history));
  // Of each norm: how many are not above it.
  const ranks = g.sum(g.sub(one, g.binary('greater', row, column)), [1]);
  // A hair below, so that 90 % of 10 is 9 after rounding, too.
  const wanted = g.sub(g.mul(known, g.div(percent, g.constant(100))), g.constant(1e-3));
  const enough = g.sub(one, g.binary('greater', wanted, ranks));
  const candidates = g.plus(g.mul(enough, history), g.mul(g.sub(one, enough), g.constant(unknown)));
  return g.unary('neg', g.max(g.unary('neg', candidates), [0]));
}

/**
 * Units that do no work, counted on the examples of an evaluation.
 *
 * A ReLU unit is dead if it is never above 0: nothing flows back through it, so it stays dead on these examples. A tanh or sigmoid unit is
 * saturated if its output lies within 1 % of the range from one of its bounds on at least 95 % of the examples: its gradient is all but gone.
 * In a convolution a unit is a channel, and every place of every image counts as an example.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { TensorMap } from '../graph/executor.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Activation } from '../models/model.ts';
import type { UnitShares } from './run-types.ts';

/** How near to a bound, as a share of the range, and on which share of the examples. */
const nearBound = 0.01;
const nearlyAll = 0.95;

/** Outputs `active.<layer>` and `bounded.<layer>`, [units]: the share of places at which a unit is above 0, or near a bound, summed over rows. */
export function unitCounts(g: GraphBuilder, activations: readonly Activation[], present: NodeId): Record<string, NodeId> {
  const counts: Record<string, NodeId> = {};
  for (const { layer, node, canDie, bounds } of activations) {
    if (canDie) counts[`active.${layer}`] = overRows(g, g.unary('step', node), present);
    if (!bounds) continue;
    const [low, high] = bounds;
    const fromMiddle = g.unary('abs', g.sub(node, g.constant((low + high) / 2)));
    const isNear = g.binary('greater', fromMiddle, g.constant((high - low) * (0.5 - nearBound)));
    counts[`bounded.${layer}`] = overRows(g, isNear, present);
  }
  return counts;
}

/** Mean over the places of a row, then the sum over the rows that are present: `[n, …, units]` → `[units]`. */
function overRows(g: GraphBuilder, marks: NodeId, present: NodeId): NodeId {
  const [rows = 1, ...rest] = g.shape(marks);
  const units = rest.at(-1) ?? 1;
  const places = sizeOf(rest) / units;
  const perRow = places === 1 ? marks : g.div(g.sum(g.reshape(marks, [rows, places, units]), [1]), g.constant(places));
  return g.sum(g.mul(g.reshape(perRow, [rows, units]), g.reshape(present, [rows, 1])), [0]);
}

/** Adds up the counts of the pieces of a split. */
export class UnitTally {
  private readonly counts = new Map<string, Float64Array>();
  private rows = 0;

  /** Takes in the outputs of one piece of so many rows. */
  add(results: TensorMap, rows: number): void {
    this.rows += rows;
    for (const [name, { values }] of Object.entries(results)) {
      if (!/^(active|bounded)\./.test(name)) continue;
      const sum = this.counts.get(name) ?? new Float64Array(values.length);
      values.forEach((value, i) => (sum[i] = (sum[i] ?? 0) + value));
      this.counts.set(name, sum);
    }
  }

  /** The shares of each layer, from the input on. */
  shares(): Readonly<Record<string, UnitShares>> {
    const shares: Record<string, UnitShares> = {};
    for (const [name, counts] of this.counts) {
      const [kind = '', layer = ''] = name.split('.');
      const idle = kind === 'active' ? counts.filter((count) => count === 0) : counts.filter((count) => count >= nearlyAll * this.rows);
      shares[layer] = { ...shares[layer], [kind === 'active' ? 'dead' : 'saturated']: idle.length / counts.length };
    }
    return shares;
  }
}

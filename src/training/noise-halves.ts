/**
 * What the two halves of a batch say about the noise in its gradient (McCandlish et al. 2018, appendix A.1).
 *
 * Idea: the mean gradients g₁ and g₂ of two disjoint halves, of n₁ and n₂ examples, are independent estimates of the gradient G. So g₁·g₂ is an
 * unbiased estimate of |G|², and |g₁ − g₂|² / (1/n₁ + 1/n₂) one of tr Σ. With n₁ = n₂ these are the paper's own, which take |g|² of a half
 * and of the whole. The first half is its share in the pass over the whole, or where that cannot be told apart a pass of its own (the gradient that
 * trains must not change by a bit); the second is the difference to the whole. With accumulation both are sums of micro-batches that are there already.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import type { BatchGradient } from './batch-gradient.ts';
import { partOfBatch } from './batch-gradient.ts';
import { sharesOfFirst } from './first-rows.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';

/** Rows of the effective batch in its first half; with accumulation, whole micro-batches. */
function firstHalf({ batchSize, accumulation }: Pick<ProgramShape, 'batchSize' | 'accumulation'>): number {
  return accumulation > 1 ? Math.floor(accumulation / 2) * batchSize : Math.floor(batchSize / 2);
}

/** Outputs `noiseProduct` = g₁·g₂ and `noiseDistance` = |g₁ − g₂|². Scalars: `firstHalf` = n/n₁, `secondHalf` = n/n₂. */
export function noiseOfHalves(
  g: GraphBuilder,
  model: Model,
  sizes: ProgramSizes,
  shape: ProgramShape,
  flat: NodeId,
  batch: Pick<BatchGradient, 'gradient' | 'parts'>,
): Record<string, NodeId> {
  const half = firstHalf(shape);
  // A batch of one example has no halves.
  if (half === 0) return {};
  const part = firstPart(g, model, sizes, shape, flat, batch.parts);
  const first = g.mul(g.scalar('firstHalf'), part);
  const second = g.mul(g.scalar('secondHalf'), g.sub(batch.gradient, part));
  return { noiseProduct: g.sum(g.mul(first, second)), noiseDistance: g.sum(g.unary('square', g.sub(first, second))) };
}

/** The first half's part of the gradient of the whole. */
function firstPart(
  g: GraphBuilder,
  model: Model,
  sizes: ProgramSizes,
  shape: ProgramShape,
  flat: NodeId,
  parts: BatchGradient['parts'],
): NodeId {
  const { batchSize, accumulation } = shape;
  const shares = accumulation === 1 ? sharesOfFirst(g, parts, { rows: firstHalf(shape), batch: batchSize }) : undefined;
  if (shares) return g.concat(shares.map((share) => g.reshape(share, [sizeOf(g.shape(share))])));
  if (accumulation === 1) return partOfBatch(g, model, sizes, shape, flat, { first: 0, size: firstHalf(shape) }).gradient;
  // The builder makes equal nodes once: these are the passes of the step itself.
  return Array.from({ length: firstHalf(shape) / batchSize }, (_, index) =>
    partOfBatch(g, model, sizes, shape, flat, { first: index * batchSize, size: batchSize }),
  )
    .map(({ gradient }) => gradient)
    .reduce((sum, gradient) => g.plus(sum, gradient));
}

/** What the halves of one batch are worth: the scalars of the graph, and what `noiseDistance` is divided by. */
export interface Halves {
  readonly firstHalf: number;
  readonly secondHalf: number;
  /** 1/n₁ + 1/n₂; not finite if a half is empty: then the step says nothing. */
  readonly spread: number;
}

/** The halves of an effective batch of which `count` rows are examples. */
export function halvesOf(shape: Pick<ProgramShape, 'batchSize' | 'accumulation'>, count: number): Halves {
  const first = Math.min(firstHalf(shape), count);
  const second = count - first;
  if (first === 0 || second === 0) return { firstHalf: 0, secondHalf: 0, spread: Number.NaN };
  return { firstHalf: count / first, secondHalf: count / second, spread: 1 / first + 1 / second };
}

/**
 * Moments of a batch, and the running statistics that batch normalisation keeps of them (Ioffe & Szegedy 2015), as `nn.BatchNorm1d` and
 * `2d` do: a batch is normalised by its own variance, divided by n; the running one takes it divided by n − 1.
 *
 * Idea: a short batch is padded, and padding stands at its end, so the first `present` rows are the real ones whatever they weigh. A
 * batch that gives a channel fewer than two values says nothing about its spread and leaves the running statistics alone; PyTorch refuses it.
 */
import type { GraphBuilder } from '../graph/builder.ts';
import type { NodeId } from '../graph/graph.ts';
import type { Model, Moments } from '../models/model.ts';

/** State that holds the running statistics, `[statisticsCount]`. */
export const statisticsState = 'statistics';
/** State of their average, kept while one of the weights is. */
export const averageStatisticsState = 'averageStatistics';

/** PyTorch's `momentum`: what the newest batch counts. */
const newestShare = 0.1;

/** What a pass learns about its batch: moments by layer, and over how many values each was taken. */
export type BatchMoments = Map<string, Moments & { readonly count: NodeId }>;

/** Running statistics before the first step: mean 0, variance 1. */
export function initialStatistics(model: Model): Float32Array {
  const flat = new Float32Array(model.statisticsCount);
  for (const { units, offset } of model.statistics) flat.fill(1, offset + units, offset + 2 * units);
  return flat;
}

/** Moments of `x [n, …, channels]` over its first `present` rows (a scalar), noted in `seen`. */
export function batchMoments(g: GraphBuilder, x: NodeId, layer: string, present: NodeId, seen: BatchMoments): Moments {
  const shape = g.shape(x);
  const [rows = 1, ...rest] = shape;
  const axes = shape.flatMap((_, axis) => (axis < rest.length ? [axis] : []));
  const places = rest.slice(0, -1).reduce((product, size) => product * size, 1);
  const middles = g.constant(
    Float32Array.from({ length: rows }, (_, row) => row + 0.5),
    [rows, ...rest.map(() => 1)],
  );
  const isReal = g.binary('greater', present, middles);
  const count = g.scale(present, places);
  // A micro-batch behind the end of an epoch is all padding.
  const divisor = g.binary('maximum', count, g.constant(1));
  const mean = g.div(g.sum(g.mul(x, isReal), axes), divisor);
  const variance = g.div(g.sum(g.mul(g.unary('square', g.sub(x, mean)), isReal), axes), divisor);
  seen.set(layer, { mean, variance, count });
  return { mean, variance };
}

/** The moments that `flat` holds for a layer. */
export function runningMoments(g: GraphBuilder, model: Model, flat: NodeId, layer: string): Moments {
  const place = model.statistics.find((statistics) => statistics.layer === layer);
  if (!place) throw new RangeError(`the model keeps no statistics of ${layer}`);
  return { mean: g.slice(flat, place.offset, place.units), variance: g.slice(flat, place.offset + place.units, place.units) };
}

/** The running statistics after a batch. */
export function movedStatistics(g: GraphBuilder, model: Model, flat: NodeId, seen: BatchMoments): NodeId {
  const pieces = model.statistics.flatMap(({ layer }) => {
    const batch = seen.get(layer);
    const running = runningMoments(g, model, flat, layer);
    if (!batch) return [running.mean, running.variance];
    const { mean, variance, count } = batch;
    const tells = g.binary('greater', count, g.constant(1.5));
    const share = g.mul(g.exactly(newestShare), tells);
    const others = g.binary('maximum', g.sub(count, g.constant(1)), g.constant(1));
    const moved = (before: NodeId, value: NodeId) => g.plus(g.mul(g.sub(g.constant(1), share), before), g.mul(share, value));
    return [moved(running.mean, mean), moved(running.variance, g.mul(variance, g.div(count, others)))];
  });
  return g.concat(pieces);
}

/**
 * Sharpness: the largest eigenvalue of the Hessian of the training loss at the present weights (Cohen et al. 2021).
 *
 * What is differentiated is what training descends on, without its noise: the mean data loss over the training examples with label smoothing,
 * class weights and z-loss, plus the L2 penalty (and SGD's weight decay, which is the same thing), as a function of the weights that are not frozen; no dropout, no noise, and no L1, whose Hessian is
 * zero wherever it has one. At most 500 examples are used, and of rows of tokens no more than make 8,192 tokens, evenly spread.
 *
 * Products with the Hessian are central differences of gradients, (∇(w + εv) − ∇(w − εv)) / 2ε. Differentiating the graph twice would be
 * exact, but pooling and convolution would need second derivatives in every executor, and float32 leaves four digits either way.
 */
import type { Executor, Feed } from '../graph/executor.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/graph.ts';
import type { Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import { largestEigenvalue } from '../shared/lanczos.ts';
import { fillNormal, stream } from '../shared/random.ts';
import { batchGradient } from './batch-gradient.ts';
import { classWeights, weighRows } from './class-weights.ts';
import { decayMask } from './decay-mask.ts';
import { trainedMask } from './layer-rates.ts';
import { lossScalarValues } from './losses.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';
import { predictionBatch, sharpnessSite } from './program-shape.ts';
import type { Setup } from './setup.ts';

/** Training examples that the Hessian is taken over, at most, and tokens of them. */
const mostExamples = 500;
const mostTokens = 8192;

/** Length of the step to either side: far above the rounding of float32 weights, far below what bends a gradient. */
const reach = 1 / 256;

/** An eigenvalue lies within a thousandth of what is told, unless 40 products were not enough to know. */
const accuracy = { most: 40, tolerance: 0.001 };

/** The name of the graph. */
export const curvatureGraphName = 'curvature';

/** Rows of one run of the `curvature` graph. */
function rowsOf(sizes: ProgramSizes): number {
  return Math.min(predictionBatch(sizes), sizes.trainingCount);
}

/** Training examples that are used. */
function examplesIn({ kind, inputShape, trainingCount }: ProgramSizes): number {
  const most = kind === 'language' ? Math.ceil(mostTokens / sizeOf(inputShape)) : mostExamples;
  return Math.min(mostExamples, most, trainingCount);
}

/**
 * Output `difference` [parameterCount]: the gradient of the loss at `parameters + reach·direction` minus that at `parameters − reach·direction`.
 * Feeds `rows`, `weights` [rows], `direction` [parameterCount]; scalars `reach`, `inverseCount` and those of the loss.
 */
export function curvatureGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const quiet = { ...shape, batchSize: rowsOf(sizes), accumulation: 1, dropout: false, inputDropout: false, inputNoise: false };
  const parameters = g.state('parameters', [model.parameterCount]);
  const aside = g.mul(g.scalar('reach'), g.feed('direction', [model.parameterCount]));
  const at = (flat: number) => batchGradient(g, model, sizes, quiet, flat).gradient;
  return g.finish({ difference: g.sub(at(g.plus(parameters, aside)), at(g.sub(parameters, aside))) });
}

/** The sharpness at the executor's present parameters. NaN where gradients are not finite. Rejects with the executor's errors. */
export async function sharpnessOf(
  executor: Pick<Executor, 'evaluate'>,
  { model, sizes, task }: Setup,
  config: Config,
  breathe: () => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const pieces = piecesOf(sizes, config, task);
  const ridge = config.l2 + (config.optimizer === 'sgd' ? config.weightDecay : 0);
  const mask = decayMask(model, config.decay, config.frozenLayers);
  const trained = trainedMask(model, config.frozenLayers);
  const product = async (vector: Float64Array): Promise<Float64Array> => {
    const result = vector.map((value, i) => ridge * (mask[i] ?? 0) * value);
    for (const { scalars, tensors } of pieces) {
      const feed: Feed = { step: 0, scalars, tensors: { ...tensors, direction: Float32Array.from(vector) } };
      const difference = (await executor.evaluate(curvatureGraphName, feed))['difference']?.values;
      for (let i = 0; i < result.length; i++) result[i] = result[i]! + ((difference?.[i] ?? Number.NaN) * trained[i]!) / (2 * reach);
      await breathe();
    }
    return result;
  };
  const start = startVector(model.parameterCount, config.seed).map((value, i) => value * trained[i]!);
  return largestEigenvalue(product, start, accuracy);
}

/** Normal numbers, the same at every measurement: nothing has to be remembered between two. */
function startVector(size: number, seed: number): Float64Array {
  const start = new Float32Array(size);
  fillNormal(start, seed, stream.trainingNoise, 0, sharpnessSite);
  return Float64Array.from(start);
}

/** The examples in pieces of the graph's size, the last one padded with rows of weight 0. */
function piecesOf(sizes: ProgramSizes, config: Config, task: Setup['task']): readonly Pick<Feed, 'scalars' | 'tensors'>[] {
  const used = examplesIn(sizes);
  const size = rowsOf(sizes);
  const ofClasses = classWeights(config, task);
  const parts = Array.from({ length: Math.ceil(used / size) }, (_, piece) => {
    const inPiece = (i: number) => piece * size + i < used;
    const rows = Float32Array.from({ length: size }, (__, i) =>
      inPiece(i) ? Math.floor(((piece * size + i) * sizes.trainingCount) / used) : 0,
    );
    const present = Float32Array.from({ length: size }, (__, i) => Number(inPiece(i)));
    const weights = ofClasses ? weighRows(rows, present, ofClasses, task.train.targets).weights : present;
    return { rows, weights };
  });
  const total = parts.reduce((sum, { weights }) => weights.reduce((more, weight) => more + weight, sum), 0);
  const scalars = { ...lossScalarValues(config), reach, inverseCount: total > 0 ? 1 / total : 1 };
  return parts.map((tensors, piece) => ({ scalars: { ...scalars, examples: Math.min(size, used - piece * size) }, tensors }));
}

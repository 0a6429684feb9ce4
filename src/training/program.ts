/**
 * The graphs of a run: one training step, evaluation, prediction, and the diagnosis of a step that went wrong.
 *
 * Idea: the batch has one fixed size; a short batch is padded with rows of weight 0. Evaluation and prediction read the raw weights,
 * or, in graphs of their own, the moving average of them.
 */
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, NodeId } from '../graph/graph.ts';
import type { Forward, Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import { averageState } from './average.ts';
import { batchGradient, forwardPass, targetShape } from './batch-gradient.ts';
import { euclideanNorm } from './euclidean-norm.ts';
import { exampleLosses, tokenAnswers } from './losses.ts';
import type { ProgramShape, ProgramSizes } from './program-shape.ts';
import { evaluationBatch, predictionBatch } from './program-shape.ts';
import { curvatureGraph, curvatureGraphName } from './sharpness.ts';
import { averageStatisticsState, runningMoments, statisticsState } from './statistics.ts';
import { gradientGraph, stepGraph } from './step-graph.ts';
import { gradientGraphName } from './outside.ts';
import { isDrivenFromOutside, nextSlot } from './optimizers/lbfgs.ts';
import { unitCounts } from './unit-health.ts';

/** All graphs of a run, by the names that `Executor.evaluate` takes. */
export type ProgramGraphs = { readonly step: Graph } & Readonly<Record<string, Graph>>;

/** Names of the graphs that evaluate and predict with the raw weights or with their average. */
export const evaluationGraphs = {
  raw: { evaluate: 'evaluate', predict: 'predict' },
  average: { evaluate: 'evaluateAverage', predict: 'predictAverage' },
} as const;

/** Builds all graphs of a run. Throws `RangeError` if a model asks for a parameter that it does not declare. */
export function buildGraphs(model: Model, sizes: ProgramSizes, shape: ProgramShape): ProgramGraphs {
  const { raw, average } = evaluationGraphs;
  const averaged = shape.average
    ? {
        [average.evaluate]: evaluationGraph(model, sizes, shape.loss, averageStates),
        [average.predict]: predictionGraph(model, sizes, averageStates),
      }
    : {};
  return {
    step: stepGraph(model, sizes, shape),
    [raw.evaluate]: evaluationGraph(model, sizes, shape.loss, rawStates),
    [raw.predict]: predictionGraph(model, sizes, rawStates),
    ...averaged,
    ...(shape.sharpness ? { [curvatureGraphName]: curvatureGraph(model, sizes, shape) } : {}),
    diagnose: diagnosisGraph(model, sizes, shape),
    ...(isDrivenFromOutside(shape) ? { [gradientGraphName]: gradientGraph(model, sizes, shape, nextSlot) } : {}),
  };
}

/** Names of the states that a pass in evaluation mode reads. */
interface EvaluatedStates {
  readonly weights: string;
  readonly statistics: string;
}

const rawStates: EvaluatedStates = { weights: 'parameters', statistics: statisticsState };
const averageStates: EvaluatedStates = { weights: averageState, statistics: averageStatisticsState };

/** The forward pass in evaluation mode: nothing dropped, normalised by running statistics. */
function evaluated(g: GraphBuilder, model: Model, states: EvaluatedStates, inputs: NodeId): Forward {
  return forwardPass(g, model, g.state(states.weights, [model.parameterCount]), inputs, {
    dropout: (x) => x,
    moments: (_, layer) => runningMoments(g, model, g.state(states.statistics, [model.statisticsCount]), layer),
  }).forward;
}

/** Outputs: `output` [n, outputs] or `tokenAnswers`, `losses` [n], and what `unitCounts` counts. Feeds `rows` [n]; `present` [n], 0 where a row only fills up. */
function evaluationGraph(model: Model, sizes: ProgramSizes, loss: Config['loss'], states: EvaluatedStates): Graph {
  const g = new GraphBuilder();
  const count = evaluationBatch(sizes);
  const rows = g.feed('rows', [count]);
  const inputs = g.gather(g.data('heldOut.inputs', [sizes.heldOutCount, ...sizes.inputShape]), rows);
  const targets = g.gather(g.data('heldOut.targets', targetShape(sizes, sizes.heldOutCount)), rows);
  const forward = evaluated(g, model, states, inputs);
  const { kind, firstCounted, masked } = sizes;
  const answered = {
    kind,
    output: forward.output,
    targets,
    scalar: (name: string) => g.scalar(name),
    firstCounted: firstCounted?.heldOut ?? 0,
    ...(masked ? { counted: g.gather(g.data('heldOut.counted', targetShape(sizes, sizes.heldOutCount)), rows) } : {}),
  };
  const losses = exampleLosses(g, loss, answered);
  const counts = unitCounts(g, forward.activations, g.feed('present', [count]));
  // Logits of all tokens would be too much to bring back.
  const answers = kind === 'language' ? tokenAnswers(g, answered) : { output: forward.output };
  return g.finish({ ...answers, losses, ...counts });
}

/** Feed `inputs` [n, ...inputShape] → `output` [n, outputs], or [n · context, outputs]. */
function predictionGraph(model: Model, sizes: ProgramSizes, states: EvaluatedStates): Graph {
  const g = new GraphBuilder();
  const inputs = g.feed('inputs', [predictionBatch(sizes), ...sizes.inputShape]);
  return g.finish({ output: evaluated(g, model, states, inputs).output });
}

/** The size of every layer's output (`activation.<layer>`, its L2 norm) and gradient (`gradient.<layer>`) on one batch. */
function diagnosisGraph(model: Model, sizes: ProgramSizes, shape: ProgramShape): Graph {
  const g = new GraphBuilder();
  const { forward, parts } = batchGradient(g, model, sizes, shape, g.state('parameters', [model.parameterCount]));
  const outputs: Record<string, NodeId> = {};
  for (const { layer, node } of forward.activations) outputs[`activation.${layer}`] = euclideanNorm(g, node);
  model.parameters.forEach(({ name }, index) => {
    const part = parts[index];
    if (part !== undefined) outputs[`gradient.${name}`] = euclideanNorm(g, part);
  });
  return g.finish(outputs);
}

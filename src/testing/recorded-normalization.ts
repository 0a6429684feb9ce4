/** The normalised networks that PyTorch was recorded on (`training/recorded/normalization.json`), as programs for an executor. */
import type { Feed } from '../graph/executor.ts';
import { cnn } from '../models/cnn.ts';
import { mlp } from '../models/mlp.ts';
import type { Config } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import type { Memory } from '../training/optimizers/optimizer.ts';
import { optimizers } from '../training/optimizers/optimizers.ts';
import { buildGraphs } from '../training/program.ts';
import { programShape } from '../training/program-shape.ts';
import recorded from '../training/recorded/normalization.json' with { type: 'json' };
import { initialVectors } from '../training/setup.ts';
import { stepScalars } from '../training/step-scalars.ts';
import type { DoubleProgram } from './interpreter.ts';

/** One normalised network and what PyTorch made of it. */
export type NormalizationCase = (typeof recorded.cases)[number];

/** All of them. */
export const normalizationCases: readonly NormalizationCase[] = recorded.cases;

const { problem } = recorded;
const batchSize = 8;
const examples = 20;

/** Model, program and the feeds of all recorded steps; `evaluation` is a feed of the `evaluate` graph that asks for all examples. */
export function recordedNormalization(item: NormalizationCase): {
  readonly model: ReturnType<typeof mlp>;
  readonly program: DoubleProgram;
  readonly feeds: readonly Feed[];
  readonly evaluation: Feed;
} {
  const config = configOf(item);
  const images = item.model === 'cnn';
  const normalization = config.normalization;
  const { inputs, targets } = images ? problem.cnn : problem.mlp;
  const inputShape = inputs.shape.slice(1);
  const model = images
    ? cnn({ inputShape: [6, 6, 1], channels: [4], hidden: [5], outputs: 3, activation: 'tanh', normalization })
    : mlp({ inputShape, hidden: [5, 4], outputs: 1, activation: 'tanh', normalization });
  const kind = images ? 'multiclass' : 'binary';
  const sizes = { kind, inputShape, outputs: images ? 3 : 1, trainingCount: examples, heldOutCount: examples } as const;
  const table = (values: readonly number[], shape: readonly number[]) => ({ shape, values: Float32Array.from(values) });
  const vectors = { ...initialVectors(config, model), parameters: Float32Array.from(item.start.flatMap(({ values }) => values)) };
  const state = Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, { shape: [values.length], values }]));
  const x = table(inputs.values, inputs.shape);
  const y = table(targets, [examples]);
  const program = {
    graphs: buildGraphs(model, sizes, programShape(config)),
    data: { 'training.inputs': x, 'training.targets': y, 'heldOut.inputs': x, 'heldOut.targets': y },
    state: { ...state, halted: table([0], []) },
    seed: 0,
  };
  const rows = Float32Array.from({ length: examples }, (_, row) => row);
  return {
    model,
    program,
    feeds: feedsOf(config),
    evaluation: { step: 0, scalars: {}, tensors: { rows, present: new Float32Array(examples).fill(1) } },
  };
}

function configOf({ kind, model, optimizer, learningRate, accumulation }: NormalizationCase): Config {
  const task = model === 'cnn' ? 'digits' : 'spiral';
  const { config, problems } = normalize({
    ...{ task, model, optimizer, learningRate, accumulation, normalization: kind, batchSize: batchSize / accumulation },
    ...(optimizer === 'sgd' ? { momentum: model === 'mlp' ? 0.9 : 0 } : {}),
    dropout: 0,
  });
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join(' '));
  return config;
}

function feedsOf(config: Config): readonly Feed[] {
  let memory: Memory = {};
  return problem.batches.map((rows, step) => {
    const counts = { count: rows.length, examples: rows.length };
    const momentum = config.optimizer === 'sgd' ? config.momentum : config.beta1;
    const moment = { step, learningRate: config.learningRate, momentum, memory, averageBegun: false, ...counts };
    memory = optimizers[config.optimizer].remember?.({ config, ...moment }) ?? memory;
    const padded = (values: readonly number[]) => Float32Array.from({ length: batchSize }, (_, i) => values[i] ?? 0);
    return { step, scalars: stepScalars(config, moment), tensors: { rows: padded(rows), weights: padded(rows.map(() => 1)) } };
  });
}

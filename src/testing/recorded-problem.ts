/** The small problem on which PyTorch's optimizers were recorded (`training/recorded/optimizers.json`), as a program for an executor. */
import type { Feed } from '../graph/executor.ts';
import { mlp } from '../models/mlp.ts';
import { initialVectors, startedSlots } from '../training/setup.ts';
import type { Config } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { ownMomentum } from '../params/momentum-role.ts';
import { remembered } from '../training/layer-rates.ts';
import type { Memory } from '../training/optimizers/optimizer.ts';
import { optimizers } from '../training/optimizers/optimizers.ts';
import { buildGraphs } from '../training/program.ts';
import { programShape } from '../training/program-shape.ts';
import { stepScalars } from '../training/step-scalars.ts';
import recorded from '../training/recorded/optimizers.json' with { type: 'json' };
import layerRates from '../training/recorded/layer-rates.json' with { type: 'json' };
import lbfgs from '../training/recorded/lbfgs.json' with { type: 'json' };
import papers from '../training/recorded/papers.json' with { type: 'json' };
import type { DoubleProgram } from './interpreter.ts';

/** One optimizer with its settings, and what PyTorch, or its paper, made of it. */
export type RecordedCase = (typeof recorded.cases)[number] | (typeof papers.cases)[number] | (typeof layerRates.cases)[number];

/** All of them: those that PyTorch has, some of them with rates by layer, and those written from their papers alone. */
export const recordedCases: readonly RecordedCase[] = [...recorded.cases, ...layerRates.cases, ...papers.cases];

/** A case of L-BFGS and what PyTorch made of it. */
export type LbfgsCase = (typeof lbfgs.cases)[number];

const batchSize = Math.max(...recorded.problem.batches.map((rows) => rows.length));

/** The program and the feeds of all recorded steps. */
export function recordedRun(item: RecordedCase): { program: DoubleProgram; feeds: readonly Feed[]; config: Config } {
  const { loss, optimizer, settings } = item;
  const { program, config } = programFor(loss, { ...settings, optimizer, batchSize });
  return { program, feeds: feedsOf(config, item), config };
}

/** The same problem with all examples in every batch, for L-BFGS; `feed` gives that of a step. */
export function lbfgsProgram(item: LbfgsCase): { program: DoubleProgram; feed: (step: number) => Feed } {
  const count = recorded.problem.inputs.shape[0] ?? 0;
  const { program, config } = programFor(item.loss, { ...item.settings, optimizer: 'lbfgs', trainingSize: count, batchSize: count });
  const tensors = { rows: Float32Array.from({ length: count }, (_, row) => row), weights: new Float32Array(count).fill(1) };
  const moment = { momentum: 0, memory: {}, averageBegun: false, count, examples: count };
  const rate = (step: number) => item.learningRate[step] ?? Number.NaN;
  return { program, feed: (step) => ({ step, scalars: stepScalars(config, { ...moment, step, learningRate: rate(step) }), tensors }) };
}

/** The recorded problem under given settings, whether the table allows them together or not. */
function programFor(loss: string, settings: Readonly<Record<string, unknown>>): { program: DoubleProgram; config: Config } {
  const { inputs, targets, parameters } = recorded.problem;
  const binary = loss === 'bce';
  const { config } = normalize({ ...settings, task: binary ? 'spiral' : 'surface', clip: 'none' });
  const full: Config = { ...config, dropout: 0, l1: 0, l2: 0, ...settings, loss: binary ? 'bce' : 'mse' };
  const count = inputs.shape[0] ?? 0;
  const model = mlp({ inputShape: [2], hidden: [5, 3], outputs: 1, activation: 'tanh' });
  const sizes = { kind: binary ? 'binary' : 'regression', inputShape: [2], outputs: 1, trainingCount: count, heldOutCount: count } as const;
  const table = (values: readonly number[], shape: readonly number[]) => ({ shape, values: Float32Array.from(values) });
  const targetTable = table(targets[binary ? 'bce' : 'mse'].values, binary ? [count] : [count, 1]);
  const flat = Float32Array.from(parameters.flatMap(({ values }) => values));
  const vectors = { ...initialVectors(full, model), parameters: flat, ...startedSlots(optimizers[full.optimizer], flat) };
  const state = Object.fromEntries(Object.entries(vectors).map(([name, values]) => [name, table([...values], [values.length])]));
  const program = {
    graphs: buildGraphs(model, sizes, programShape(full)),
    data: { 'training.inputs': table(inputs.values, [count, 2]), 'training.targets': targetTable },
    state: { ...state, halted: table([0], []) },
    seed: 0,
  };
  return { program, config: full };
}

function feedsOf(config: Config, item: RecordedCase): readonly Feed[] {
  let memory: Memory = {};
  return recorded.problem.batches.map((rows, step) => {
    const learningRate = item.learningRate[step] ?? Number.NaN;
    const moment = {
      step,
      learningRate,
      momentum: ownMomentum(config),
      memory,
      averageBegun: false,
      count: rows.length,
      examples: rows.length,
    };
    memory = remembered({ config, ...moment });
    const padded = (values: readonly number[]) => Float32Array.from({ length: batchSize }, (_, i) => values[i] ?? 0);
    return { step, scalars: stepScalars(config, moment), tensors: { rows: padded(rows), weights: padded(rows.map(() => 1)) } };
  });
}

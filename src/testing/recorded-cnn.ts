/** The small CNN that PyTorch was recorded on (`training/recorded/cnn.json`), as a program for an executor. */
import type { Feed } from '../graph/executor.ts';
import { cnn } from '../models/cnn.ts';
import type { Config } from '../params/config.ts';
import { normalize } from '../params/config.ts';
import { buildGraphs } from '../training/program.ts';
import { programShape } from '../training/program-shape.ts';
import recorded from '../training/recorded/cnn.json' with { type: 'json' };
import { stepScalars } from '../training/step-scalars.ts';

const { problem } = recorded;
const batchSize = Math.max(...problem.batches.map((rows) => rows.length));

/** The program, the feeds of all recorded steps, and the model. */
export function recordedCnn() {
  const [count = 0, height = 0, width = 0, channels = 0] = problem.inputs.shape;
  const model = cnn({ inputShape: [height, width, channels], channels: [4, 6], hidden: [], outputs: 10, activation: 'relu' });
  const { config: valid } = normalize({ task: 'digits', model: 'cnn', optimizer: 'sgd', momentum: 0, batchSize });
  const config: Config = { ...valid, learningRate: problem.learningRate };
  const sizes = {
    kind: 'multiclass',
    inputShape: [height, width, channels],
    outputs: 10,
    trainingCount: count,
    heldOutCount: count,
  } as const;
  const table = (values: readonly number[], shape: readonly number[]) => ({ shape, values: Float32Array.from(values) });
  const flat = problem.parameters.flatMap(({ values }) => values);
  const images = table(problem.inputs.values, problem.inputs.shape);
  const labels = table(problem.labels, [count]);
  const program = {
    graphs: buildGraphs(model, sizes, programShape(config)),
    data: { 'training.inputs': images, 'training.targets': labels, 'heldOut.inputs': images, 'heldOut.targets': labels },
    state: {
      parameters: table(flat, [flat.length]),
      'slot.momentum': table(Array<number>(flat.length).fill(0), [flat.length]),
      halted: table([0], []),
    },
    seed: 0,
  };
  return { program, model, feeds: problem.batches.map((rows, step) => feedOf(config, rows, step)) };
}

function feedOf(config: Config, rows: readonly number[], step: number): Feed {
  const moment = {
    step,
    learningRate: config.learningRate,
    momentum: 0,
    memory: {},
    averageBegun: false,
    count: rows.length,
    examples: rows.length,
  };
  const padded = (values: readonly number[]) => Float32Array.from({ length: batchSize }, (_, i) => values[i] ?? 0);
  return { step, scalars: stepScalars(config, moment), tensors: { rows: padded(rows), weights: padded(rows.map(() => 1)) } };
}

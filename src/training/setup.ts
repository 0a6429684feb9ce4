/** From a configuration to what a run is made of: task, model, and the sizes of its graphs. */
import type { Program, TensorMap } from '../graph/executor.ts';
import type { Graph } from '../graph/graph.ts';
import { buildModel } from '../models/build-model.ts';
import { initialParameters } from '../models/initialization.ts';
import type { Model } from '../models/model.ts';
import type { Config } from '../params/config.ts';
import type { LanguageTask, Task, TokenSplit } from '../tasks/task.ts';
import type { CheckpointOwner } from './checkpoint.ts';
import { asTensors } from './checkpoint.ts';
import type { Optimizer } from './optimizers/optimizer.ts';
import { optimizers } from './optimizers/optimizers.ts';
import { averageState } from './average.ts';
import { fixedName, targetShape } from './batch-gradient.ts';
import { heldOutParts } from './evaluate.ts';
import { emptyHistory, historyState } from './norm-history.ts';
import { buildGraphs } from './program.ts';
import type { ProgramSizes } from './program-shape.ts';
import { programShape, slotState } from './program-shape.ts';
import { averageStatisticsState, initialStatistics, statisticsState } from './statistics.ts';

/** What a run is made of, whatever its state. */
export interface Setup {
  readonly task: Task;
  readonly model: Model;
  readonly sizes: ProgramSizes;
}

/** Model and sizes for a task. */
export function setUp(config: Config, task: Task): Setup {
  const { inputShape, outputs, kind } = task;
  const counts = { trainingCount: task.train.count, heldOutCount: heldOutParts(task).reduce((sum, { count }) => sum + count, 0) };
  const language = task.kind === 'language' ? { firstCounted: firstCounted(task), masked: task.masksPrompts } : {};
  const sizes = { kind, inputShape, outputs, ...counts, ...language };
  return { task, model: buildModel(config, task), sizes };
}

/** The first token that counts is predicted at the last one of the prompt. */
function firstCounted({ promptLength, trainsOnPrompt }: LanguageTask): NonNullable<ProgramSizes['firstCounted']> {
  const heldOut = Math.max(promptLength - 1, 0);
  return { training: trainsOnPrompt ? 0 : heldOut, heldOut };
}

/** What a checkpoint of this configuration must fit. */
export function checkpointOwner(config: Config, { model, task }: Setup): CheckpointOwner {
  const start = task.kind === 'language' ? task.start : undefined;
  return {
    config,
    model,
    slots: optimizers[config.optimizer].slots,
    dataHash: task.hash,
    trainingCount: task.train.count,
    ...(start ? { startedFrom: start.fingerprint } : {}),
  };
}

/** The program of a configuration, starting from the given vectors: parameters and optimizer slots. `extra`: graphs beside those of a run. */
export function programOf(
  setup: Setup,
  config: Config,
  vectors: Readonly<Record<string, Float32Array>>,
  extra: Readonly<Record<string, Graph>> = {},
): Program {
  return {
    graphs: { ...buildGraphs(setup.model, setup.sizes, programShape(config)), ...extra },
    data: residentData(setup),
    state: { ...asTensors(vectors), halted: { shape: [], values: new Float32Array(1) } },
    seed: config.seed,
  };
}

/** The resident data of a run: the training split, all that is held out as one table, and what of the model stays as it is. */
function residentData({ task, model, sizes }: Setup): TensorMap {
  const inputs = (count: number, values: Float32Array) => ({ shape: [count, ...sizes.inputShape], values });
  const targets = (count: number, values: Float32Array) => ({ shape: targetShape(sizes, count), values });
  return {
    'training.inputs': inputs(sizes.trainingCount, task.train.inputs),
    'training.targets': targets(sizes.trainingCount, task.train.targets),
    'heldOut.inputs': inputs(sizes.heldOutCount, joined(heldOutParts(task).map((part) => part.inputs))),
    'heldOut.targets': targets(sizes.heldOutCount, joined(heldOutParts(task).map((part) => part.targets))),
    ...(sizes.masked
      ? {
          'training.counted': targets(sizes.trainingCount, sharesOf(task.train)),
          'heldOut.counted': targets(sizes.heldOutCount, joined(heldOutParts(task).map(sharesOf))),
        }
      : {}),
    ...Object.fromEntries((model.fixed ?? []).map(({ name, shape, values }) => [fixedName(name), { shape, values }])),
  };
}

/** What each target counts, 1 on average: so every one that counts counts alike, however many stand beside it in its row. */
function sharesOf({ targets, weights }: TokenSplit): Float32Array {
  if (!weights) return new Float32Array(targets.length).fill(1);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}

/** The slots of an optimizer before its first step, by the names of their states. */
export function startedSlots(optimizer: Optimizer, parameters: Float32Array): Readonly<Record<string, Float32Array>> {
  const started = optimizer.start?.(parameters) ?? {};
  return Object.fromEntries(optimizer.slots.map((slot) => [slotState(slot), started[slot] ?? new Float32Array(parameters.length)]));
}

/** Initial parameters, and every optimizer slot as its rule starts it. */
export function initialVectors(config: Config, model: Model): Readonly<Record<string, Float32Array>> {
  const parameters = initialParameters(model, config.initialization, config.seed);
  // Average and history stand ready in every run: turning them on must not start a new one.
  return {
    parameters,
    [averageState]: parameters.slice(),
    [historyState]: emptyHistory(),
    ...(model.statistics.length > 0
      ? { [statisticsState]: initialStatistics(model), [averageStatisticsState]: initialStatistics(model) }
      : {}),
    ...startedSlots(optimizers[config.optimizer], parameters),
  };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

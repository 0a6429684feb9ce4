/** A chunk of steps between two events: what to feed the executor, and what came of it as columns. */
import type { Feed, FeedColumns, MetricColumns } from '../graph/executor.ts';
import { feedAt } from '../graph/feeds.ts';
import { learningRateAt } from '../schedule/learning-rate.ts';
import { effectiveBatch } from '../schedule/plan.ts';
import type { Sampler } from '../tasks/batches.ts';
import { classWeights, weighRows } from './class-weights.ts';
import { keepsAverage } from './average.ts';
import { optimizers } from './optimizers/optimizers.ts';
import type { Task } from '../tasks/task.ts';
import { emptyColumns, firstRows } from './run-columns.ts';
import { presentMomentum } from './run-state.ts';
import type { MutableCounters } from './run-state.ts';
import type { StepColumns } from './run-types.ts';
import { lastingScalars, passingScalars } from './step-scalars.ts';

/** A planned chunk of steps. */
export interface Chunk {
  readonly feeds: FeedColumns;
  /** Filled in so far: what is known before the steps are run. */
  readonly columns: StepColumns;
  /** The cursor before each step, and after the last. */
  readonly cursors: readonly MutableCounters['cursor'][];
}

/** Plans `steps` steps from the cursor, which it moves past them. */
export function planChunk(counters: MutableCounters, sampler: Sampler, steps: number, task: Task): Chunk {
  const { config, plan } = counters;
  const ofClasses = classWeights(config, task);
  const batch = effectiveBatch(config);
  const columns = emptyColumns(steps);
  const [rows, weights] = [new Float32Array(steps * batch), new Float32Array(steps * batch)];
  const passing: Record<string, Float64Array> = {};
  const cursors = [counters.cursor];
  const firstStep = counters.cursor.step;
  for (let i = 0; i < steps; i++) {
    const { step, examples } = counters.cursor;
    const learningRate = learningRateAt(config, plan, step, counters.plateau) * counters.rateFactor;
    const { count, next } = sampler.put(counters.cursor, batch, rows, weights, i * batch);
    const sum = ofClasses ? weighBatch(rows, weights, i * batch, batch, ofClasses, task) : count;
    const momentum = presentMomentum(counters);
    const { memory, averageBegun } = counters;
    const scalars = passingScalars(config, { step, learningRate, momentum, memory, averageBegun, count: sum });
    for (const name in scalars) (passing[name] ??= new Float64Array(steps))[i] = scalars[name] ?? Number.NaN;
    columns.step[i] = step;
    columns.learningRate[i] = learningRate;
    columns.momentum[i] = momentum;
    columns.epoch[i] = next.epoch + next.position / task.train.count;
    columns.examples[i] = examples + count;
    counters.memory = optimizers[config.optimizer].remember?.({ config, step, learningRate, momentum, memory }) ?? memory;
    counters.averageBegun ||= keepsAverage(config);
    counters.cursor = { epoch: next.epoch, position: next.position, step: step + 1, examples: examples + count };
    cursors.push(counters.cursor);
  }
  const scalars = Object.assign({}, lastingScalars(config), passing);
  return { feeds: { firstStep, length: steps, scalars, tensors: { rows, weights } }, columns, cursors };
}

/** Weighs the rows of one batch by their classes, in place; returns the sum of the weights. */
function weighBatch(rows: Float32Array, weights: Float32Array, at: number, size: number, ofClasses: readonly number[], task: Task): number {
  const weighed = weighRows(rows.subarray(at, at + size), weights.subarray(at, at + size), ofClasses, task.train.targets);
  weights.set(weighed.weights, at);
  return weighed.sum;
}

/** What came of it. */
export interface ChunkResult {
  /** One row per step that was tried: the failing one is the last. */
  readonly columns: StepColumns;
  /** Steps that went well. */
  readonly done: number;
  readonly failing?: Feed;
}

/** Takes in what the executor measured. */
export function chunkResult({ feeds, columns }: Chunk, metrics: MetricColumns): ChunkResult {
  for (const name of ['loss', 'l1', 'l2', 'gradNorm', 'clippedNorm'] as const) columns[name].set(metrics[name] ?? []);
  const failed = metrics['good']?.findIndex((good) => good < 0.5) ?? -1;
  if (failed < 0) return { columns, done: feeds.length };
  return { columns: firstRows(columns, failed + 1), done: failed, failing: feedAt(feeds, failed) };
}

/** A chunk of steps between two events: what to feed the executor, and what came of it as columns. */
import type { Feed, FeedColumns, MetricColumns } from '../graph/executor.ts';
import { feedAt } from '../graph/feeds.ts';
import { learningRateAt } from '../schedule/learning-rate.ts';
import { effectiveBatch } from '../schedule/plan.ts';
import type { Sampler } from '../tasks/batches.ts';
import { classWeights, weighRows } from './class-weights.ts';
import { keepsAverage } from './average.ts';
import { remembered } from './layer-rates.ts';
import { halvesOf } from './noise-halves.ts';
import { measuresNoise } from './program-shape.ts';
import { updatePrefix } from './update-ratio.ts';
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
  /** 1/n₁ + 1/n₂ of the halves of each batch, where their noise is looked at. */
  readonly spreads: readonly number[];
}

/** Plans `steps` steps from the cursor, which it moves past them. `rateAt`: the schedule's rates, unless others are given. */
export function planChunk(counters: MutableCounters, sampler: Sampler, steps: number, task: Task, rateAt = scheduled(counters)): Chunk {
  const { config } = counters;
  const ofClasses = classWeights(config, task);
  const batch = effectiveBatch(config);
  const columns = emptyColumns(steps);
  const [rows, weights] = [new Float32Array(steps * batch), new Float32Array(steps * batch)];
  const passing: Record<string, Float64Array> = {};
  const cursors = [counters.cursor];
  const spreads: number[] = [];
  const firstStep = counters.cursor.step;
  for (let i = 0; i < steps; i++) {
    const { step, examples } = counters.cursor;
    const learningRate = rateAt(step);
    const { count, next } = sampler.put(counters.cursor, batch, rows, weights, i * batch);
    const sum = ofClasses ? weighBatch(rows, weights, i * batch, batch, ofClasses, task) : count;
    const momentum = presentMomentum(counters);
    const halves = measuresNoise(config) ? halvesOf(config, count) : undefined;
    const { memory, averageBegun } = counters;
    const scalars = passingScalars(config, { step, learningRate, momentum, memory, averageBegun, count: sum, examples: count, halves });
    for (const name in scalars) (passing[name] ??= new Float64Array(steps))[i] = scalars[name] ?? Number.NaN;
    columns.step[i] = step;
    columns.learningRate[i] = learningRate;
    columns.momentum[i] = momentum;
    columns.gradients[i] = config.sam > 0 ? 2 : 1;
    columns.epoch[i] = next.epoch + next.position / task.train.count;
    columns.examples[i] = examples + count;
    counters.memory = remembered({ config, step, learningRate, momentum, memory });
    counters.averageBegun = keepsAverage(config);
    counters.cursor = { epoch: next.epoch, position: next.position, step: step + 1, examples: examples + count };
    cursors.push(counters.cursor);
    if (halves) spreads.push(halves.spread);
  }
  const scalars = Object.assign({}, lastingScalars(config), passing);
  return { feeds: { firstStep, length: steps, scalars, tensors: { rows, weights } }, columns, cursors, spreads };
}

function scheduled({ config, plan, plateau, rateFactor }: MutableCounters): (step: number) => number {
  return (step) => learningRateAt(config, plan, step, plateau) * rateFactor;
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
export function chunkResult({ feeds, columns: planned, spreads }: Chunk, metrics: MetricColumns): ChunkResult {
  const columns = { ...planned, measured: measuredColumns(metrics, spreads) };
  const gradients = metrics['gradients'];
  if (gradients) columns.gradients.set(gradients);
  for (const name of ['loss', 'l1', 'l2', 'gradNorm', 'clippedNorm'] as const) columns[name].set(metrics[name] ?? []);
  const failed = metrics['good']?.findIndex((good) => good < 0.5) ?? -1;
  if (failed < 0) return { columns, done: feeds.length };
  return { columns: firstRows(columns, failed + 1), done: failed, failing: feedAt(feeds, failed) };
}

/** The columns of diagnostics: ratios as the graph gives them, and what each batch says about its noise. */
function measuredColumns(metrics: MetricColumns, spreads: readonly number[]): StepColumns['measured'] {
  const ratios = Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith(updatePrefix)));
  const { noiseProduct, noiseDistance } = metrics;
  if (!noiseProduct || !noiseDistance) return ratios;
  // A batch with an empty half says nothing about either.
  const noiseSquare = noiseProduct.map((product, i) => (Number.isFinite(spreads[i]) ? product : Number.NaN));
  const noiseTrace = noiseDistance.map((distance, i) => distance / (spreads[i] ?? Number.NaN));
  return { ...ratios, noiseSquare, noiseTrace };
}

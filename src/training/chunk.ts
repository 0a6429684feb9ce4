/** A chunk of steps between two events: what to feed the executor, and what came of it as columns. */
import type { Feed, MetricColumns } from '../graph/executor.ts';
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
import { stepScalars } from './step-scalars.ts';

/** A planned chunk of steps. */
export interface Chunk {
  readonly feeds: readonly Feed[];
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
  const columns = emptyColumns(steps);
  const feeds: Feed[] = [];
  const cursors = [counters.cursor];
  const spreads: number[] = [];
  for (let i = 0; i < steps; i++) {
    const { step, examples } = counters.cursor;
    const learningRate = rateAt(step);
    const batch = sampler.next(counters.cursor, effectiveBatch(config));
    const { rows, count, next } = batch;
    const { weights, sum } = ofClasses
      ? weighRows(rows, batch.weights, ofClasses, task.train.targets)
      : { weights: batch.weights, sum: count };
    const momentum = presentMomentum(counters);
    const halves = measuresNoise(config) ? halvesOf(config, count) : undefined;
    const { memory, averageBegun } = counters;
    const moment = { step, learningRate, momentum, memory, averageBegun, count: sum, examples: count, halves };
    const scalars = stepScalars(config, moment);
    feeds.push({ step, scalars, tensors: { rows, weights } });
    columns.step[i] = step;
    columns.learningRate[i] = learningRate;
    columns.momentum[i] = momentum;
    columns.gradients[i] = config.sam > 0 ? 2 : 1;
    columns.epoch[i] = next.epoch + next.position / task.train.count;
    columns.examples[i] = examples + count;
    counters.memory = remembered({ config, ...moment });
    counters.averageBegun ||= keepsAverage(config);
    counters.cursor = { ...next, step: step + 1, examples: examples + count };
    cursors.push(counters.cursor);
    if (halves) spreads.push(halves.spread);
  }
  return { feeds, columns, cursors, spreads };
}

function scheduled({ config, plan, plateau, rateFactor }: MutableCounters): (step: number) => number {
  return (step) => learningRateAt(config, plan, step, plateau) * rateFactor;
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
  const failing = feeds[failed];
  return failing ? { columns: firstRows(columns, failed + 1), done: failed, failing } : { columns, done: feeds.length };
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

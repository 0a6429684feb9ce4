/** A chunk of steps between two events: what to feed the executor, and what came of it as columns. */
import { effectiveBatch } from '../params/effective.ts';
import type { Feed, FeedColumns, MetricColumns } from '../graph/executor.ts';
import { feedAt } from '../graph/feeds.ts';
import { freshColumns } from '../shared/column-memory.ts';
import type { ColumnMemory } from '../shared/column-memory.ts';
import { constantColumn } from '../shared/constant-column.ts';
import type { Deal, Sampler } from '../tasks/batches.ts';
import { presenceOf } from '../tasks/batches.ts';
import { chunkScalars } from './chunk-scalars.ts';
import { classWeights, weighRows } from './class-weights.ts';
import { updatePrefix } from './update-ratio.ts';
import type { Task } from '../tasks/task.ts';
import { firstRows } from './run-columns.ts';
import type { MutableCounters } from './run-state.ts';
import type { StepColumns } from './run-types.ts';
import { plannedColumns } from './planned-columns.ts';
import type { PlannedColumns } from './planned-columns.ts';

/** A planned chunk of steps. */
export interface Chunk {
  readonly feeds: FeedColumns;
  /** What is known before the steps are run. */
  readonly columns: PlannedColumns;
  /** The cursor before the first step. */
  readonly start: MutableCounters['cursor'];
  /** 1/n₁ + 1/n₂ of the halves of each batch, where their noise is looked at. */
  readonly spreads: readonly number[];
}

/** How a chunk is planned. */
interface Planning {
  /** The rates, in place of the schedule's. */
  readonly rateAt?: (step: number) => number;
  /** Where its columns are put. */
  readonly memory?: ColumnMemory;
}

/** Plans `steps` steps from the cursor, which it moves past them. */
export function planChunk(
  counters: MutableCounters,
  sampler: Sampler,
  steps: number,
  task: Task,
  { rateAt, memory = freshColumns }: Planning = {},
): Chunk {
  const { config, cursor: start } = counters;
  const batch = effectiveBatch(config);
  const deal = sampler.deal(start, batch, steps, memory);
  const columns = plannedColumns(counters, deal, memory, rateAt);
  const { sums, ...tensors } = weigh(deal, batch, classWeights(config, task), task);
  const { scalars, spreads } = chunkScalars(counters, columns, deal.counts, sums);
  counters.cursor = cursorAfter(start, deal.next, columns, steps);
  return { feeds: { firstStep: start.step, length: steps, scalars, ...tensors }, columns, start, spreads };
}

/** The cursor after the first `done` steps of a chunk that was planned with this configuration. */
export function cursorIn(
  { start, columns }: Chunk,
  sampler: Sampler,
  done: number,
  config: MutableCounters['config'],
): MutableCounters['cursor'] {
  return cursorAfter(start, sampler.deal(start, effectiveBatch(config), done).next, columns, done);
}

function cursorAfter(
  start: MutableCounters['cursor'],
  { epoch, position }: Deal['next'],
  { examples }: PlannedColumns,
  steps: number,
): MutableCounters['cursor'] {
  return { epoch, position, step: start.step + steps, examples: examples[steps - 1] ?? start.examples };
}

/** Rows and weights as feeds, and the sum of the weights of each batch. */
function weigh(
  deal: Deal,
  batch: number,
  ofClasses: readonly number[] | undefined,
  { train }: Task,
): Pick<FeedColumns, 'tensors' | 'lasting'> & { readonly sums: Float64Array } {
  const { rows, counts, isShort } = deal;
  if (!ofClasses && !isShort) return { tensors: { rows }, lasting: { weights: new Float32Array(batch).fill(1) }, sums: counts };
  const weights = presenceOf(deal);
  if (!ofClasses) return { tensors: { rows, weights }, lasting: {}, sums: counts };
  const sums = counts.map((_, i) => {
    const [from, to] = [i * batch, (i + 1) * batch];
    const weighed = weighRows(rows.subarray(from, to), weights.subarray(from, to), ofClasses, train.targets);
    weights.set(weighed.weights, from);
    return weighed.sum;
  });
  return { tensors: { rows, weights }, lasting: {}, sums };
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
  const { gradients = planned.gradients } = metrics;
  const told = (name: string): Float64Array => metrics[name] ?? constantColumn(0, feeds.length);
  const columns: StepColumns = {
    ...planned,
    gradients,
    loss: told('loss'),
    l1: told('l1'),
    l2: told('l2'),
    gradNorm: told('gradNorm'),
    clippedNorm: told('clippedNorm'),
    measured: measuredColumns(metrics, spreads),
  };
  const failed = firstBelowHalf(metrics['good']);
  if (failed < 0) return { columns, done: feeds.length };
  return { columns: firstRows(columns, failed + 1), done: failed, failing: feedAt(feeds, failed) };
}

/** A loop of its own: `findIndex` calls a function for each step. */
function firstBelowHalf(values: Float64Array = new Float64Array(0)): number {
  for (let i = 0; i < values.length; i++) if (values[i]! < 0.5) return i;
  return -1;
}

/** The columns that are there now and then: ratios and z-loss as the graph gives them, and what each batch says about its noise. */
function measuredColumns(metrics: MetricColumns, spreads: readonly number[]): StepColumns['measured'] {
  const ratios = Object.fromEntries(Object.entries(metrics).filter(([name]) => name.startsWith(updatePrefix) || name === 'zLoss'));
  const { noiseProduct, noiseDistance } = metrics;
  if (!noiseProduct || !noiseDistance) return ratios;
  // A batch with an empty half says nothing about either.
  const noiseSquare = noiseProduct.map((product, i) => (Number.isFinite(spreads[i]) ? product : Number.NaN));
  const noiseTrace = noiseDistance.map((distance, i) => distance / (spreads[i] ?? Number.NaN));
  return { ...ratios, noiseSquare, noiseTrace };
}

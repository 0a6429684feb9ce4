/**
 * What runs a graph. Declared here so that training knows executors only by this interface; implemented in `engine/`.
 * An executor knows nothing of configurations, epochs or losses: it holds tensors and runs programs on them.
 */
import type { ColumnMemory } from '../shared/column-memory.ts';
import type { FillOrder } from '../shared/random.ts';
import type { Graph, Shape } from './graph.ts';

/** A tensor on the host: row-major values and the sizes of its axes. */
export interface HostTensor {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** Tensors by name. */
export type TensorMap = Readonly<Record<string, HostTensor>>;

/** Everything an executor must hold to run. `graphs.step` trains; the others only compute outputs. */
export interface Program {
  readonly graphs: { readonly step: Graph } & Readonly<Record<string, Graph>>;
  readonly data: TensorMap;
  readonly state: TensorMap;
  /** Seed of the dropout masks, a whole number below 2³². */
  readonly seed: number;
}

/** What changes from one run of a graph to the next. */
export interface Feed {
  /** Optimizer step counted from 0; with the seed it determines the dropout masks. */
  readonly step: number;
  readonly scalars: Readonly<Record<string, number>>;
  /** By the names of the graph's `feed` leaves; sizes must match their shapes. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
}

/**
 * Feeds of consecutive steps as columns. An object for each step would cost more than a small step itself, so runs are fed like this.
 */
export interface FeedColumns {
  readonly firstStep: number;
  /** Number of steps. */
  readonly length: number;
  /** One number for all steps, or one for each. */
  readonly scalars: Readonly<Record<string, number | Float64Array>>;
  /** The tensors of all steps, one after another. */
  readonly tensors: Readonly<Record<string, Float32Array>>;
  /** Tensors that are the same for all steps. */
  readonly lasting: Readonly<Record<string, Float32Array>>;
}

/** What a run takes: feeds one by one, or as columns (`feeds.ts` turns the one into the other). */
export type Feeds = readonly Feed[] | FeedColumns;

/** One value per step and scalar output of `graphs.step`. */
export type MetricColumns = Readonly<Record<string, Float64Array>>;

/**
 * Runs programs. Calls must not overlap: await one before the next.
 * Every method may reject with an `EngineError`-shaped object (`kind: 'deviceLost' | 'outOfMemory' | 'unsupported' | 'internal'`).
 */
export interface Executor {
  /** Engine name as in the parameter table, e.g. `tfjs-cpu`. */
  readonly engine: string;
  /** Which device does the work, in words; part of what "the same executor and device" means. */
  readonly device: string;
  /** Seconds that the steps of one `run` should last, where it costs time to get at what they gave. */
  readonly secondsPerRun?: number;
  /** Replaces whatever was loaded before. */
  load(program: Program): Promise<void>;
  /** Runs `graphs.step` once for each feed, in order, and returns its outputs as columns, which may lie in `memory`. */
  run(feeds: Feeds, memory?: ColumnMemory): Promise<MetricColumns>;
  /** Resolves when runs are as fast as they will be, where what helps them comes after the first: only whoever measures waits for it. */
  readonly settled?: () => Promise<void>;
  /** Runs another graph once, without updates, and returns its outputs. */
  evaluate(graph: string, feed: Feed): Promise<TensorMap>;
  readState(): Promise<TensorMap>;
  /** Writes the order of an epoch, number for number as `fillOrder` in `shared/random.ts` does: only there where it is faster. */
  readonly fillOrder?: FillOrder;
  /** Replaces the values of the named states; shapes must match. */
  writeState(state: TensorMap): Promise<void>;
  dispose(): void;
}

/**
 * L-BFGS on an executor: the steps that a graph cannot take alone.
 *
 * Idea: the slot `next` says where the `gradient` graph takes loss and gradient; when a step has come to its end, the step graph goes where
 * `next` says, and does all that follows an update. Its own loss and norms are those at the start of the step, as for any optimizer. What
 * is remembered between steps is rounded to float32, so that a checkpoint holds it exactly.
 */
import type { Executor, Feed, MetricColumns } from '../graph/executor.ts';
import { lbfgsStep, nextSlot } from './optimizers/lbfgs.ts';
import type { LbfgsState, LbfgsStep } from './optimizers/lbfgs.ts';
import { slotState } from './program-shape.ts';

/** Name of the graph that gives loss, penalties and gradient at `next`. */
export const gradientGraphName = 'gradient';

const next = slotState(nextSlot);

/** Takes the steps of `feeds` one by one and returns what the step graph measured. A step that ends nowhere finite moves nothing. */
export class OutsideSteps {
  private readonly executor: Executor;
  private readonly breathe: (() => Promise<void>) | undefined;
  /** Memory of the rule; undefined before its first step. */
  state: LbfgsState | undefined;

  constructor(executor: Executor, breathe: (() => Promise<void>) | undefined) {
    this.executor = executor;
    this.breathe = breathe;
  }

  async run(feeds: readonly Feed[]): Promise<MetricColumns> {
    const rows: MetricColumns[] = [];
    for (const feed of feeds) {
      if (rows.length > 0) await this.breathe?.();
      const row = await this.take(feed);
      rows.push(row);
      if ((row['good']?.[0] ?? 0) < 0.5) break;
    }
    const names = Object.keys(rows[0] ?? {});
    return Object.fromEntries(names.map((name) => [name, Float64Array.from(rows, (row) => row[name]?.[0] ?? Number.NaN)]));
  }

  private async take(feed: Feed): Promise<MetricColumns> {
    const { parameters } = await this.executor.readState();
    if (!parameters) throw new Error('the executor holds no parameters');
    const start = Float64Array.from(parameters.values);
    const { place, state, looks } = await this.step(start, feed);
    const arrived = place.every(Number.isFinite);
    await this.put(arrived ? place : start);
    if (arrived) this.state = state;
    const row = await this.executor.run([feed]);
    return { ...row, gradients: Float64Array.of(looks), ...(arrived ? {} : { good: Float64Array.of(0) }) };
  }

  private step(start: Float64Array, feed: Feed): Promise<LbfgsStep> {
    const { learningRate = 0, iterations = 1, history = 1, searches = 0 } = feed.scalars;
    const options = { rate: learningRate, iterations, history, searches: searches > 0, keep: toSingle };
    return lbfgsStep(start, this.state, (place) => this.look(place, feed), options);
  }

  private async look(place: Float64Array, feed: Feed): Promise<{ loss: number; gradient: Float64Array }> {
    await this.put(place);
    const { loss, l1, l2, zLoss, gradient } = await this.executor.evaluate(gradientGraphName, feed);
    const value = (tensor: typeof loss) => tensor?.values[0] ?? Number.NaN;
    // One that is off is no output of the graph.
    const penalties = value(l1) + value(l2) + (zLoss === undefined ? 0 : value(zLoss));
    return { loss: value(loss) + penalties, gradient: Float64Array.from(gradient?.values ?? []) };
  }

  private put(place: Float64Array): Promise<void> {
    return this.executor.writeState({ [next]: { shape: [place.length], values: Float32Array.from(place) } });
  }
}

function toSingle(vector: Float64Array): Float64Array {
  return vector.map(Math.fround);
}

/** An executor that holds the program of one run: graphs rebuilt when their shape changes, state kept, splits evaluated. */
import type { Executor, Feed, Feeds, MetricColumns } from '../graph/executor.ts';
import { feedList } from '../graph/feeds.ts';
import type { Config } from '../params/config.ts';
import { freshColumns } from '../shared/column-memory.ts';
import { asTensors } from './checkpoint.ts';
import { firstBadLayer } from './diagnose.ts';
import { entryGraphs } from './entry-graphs.ts';
import { evaluateSplit } from './evaluate.ts';
import type { HeldOut, SplitResult } from './evaluate.ts';
import { lossScalarValues } from './losses.ts';
import { isDrivenFromOutside } from './optimizers/lbfgs.ts';
import type { LbfgsState } from './optimizers/lbfgs.ts';
import { OutsideSteps } from './outside.ts';
import { evaluationGraphs } from './program.ts';
import { programShape } from './program-shape.ts';
import { programOf } from './setup.ts';
import { sharpnessOf } from './sharpness.ts';
import type { Setup } from './setup.ts';
import { vectorsOf, weightsIn } from './weights.ts';
import type { Weights } from './weights.ts';

type Vectors = Readonly<Record<string, Float32Array>>;

/** The executor of one run and what is loaded in it. All but `dispose` reject with the executor's errors. */
export class Machine {
  private shapeKey = '';
  /** Somebody looks at single weights: the graphs for that are part of the program. */
  private withEntries = false;
  private readonly executor: Executor;
  private readonly setup: Setup;
  private readonly breathe: (() => Promise<void>) | undefined;
  private readonly outside: OutsideSteps;

  constructor(executor: Executor, setup: Setup, breathe: (() => Promise<void>) | undefined) {
    this.executor = executor;
    this.setup = setup;
    this.breathe = breathe;
    this.outside = new OutsideSteps(executor, breathe);
  }

  /** Loads graphs, data and the given vectors: parameters and optimizer slots. */
  async load(config: Config, vectors: Vectors): Promise<void> {
    this.shapeKey = JSON.stringify(programShape(config));
    const { model, sizes } = this.setup;
    const extra = this.withEntries ? entryGraphs(model, sizes, programShape(config)) : {};
    await this.executor.load(programOf(this.setup, config, vectors, extra));
  }

  /** Builds the graphs anew if the configuration asks for other ones, and keeps all state. */
  async adapt(config: Config): Promise<void> {
    if (JSON.stringify(programShape(config)) !== this.shapeKey) await this.load(config, await this.vectors());
  }

  run(config: Config, feeds: Feeds, memory = freshColumns): Promise<MetricColumns> {
    return isDrivenFromOutside(config) ? this.outside.run(feedList(feeds)) : this.executor.run(feeds, memory);
  }

  /** What the steps that are taken from outside have taught. */
  get curvature(): LbfgsState | undefined {
    return this.outside.state;
  }

  /** Goes on with what such steps had taught. */
  recall(curvature: LbfgsState | undefined): void {
    this.outside.state = curvature;
  }

  /** Reads a single weight by one of `entryGraphs`, which join the program, all state kept, when they are first asked for. */
  async entry(graph: string, config: Config, feed: Feed): Promise<Readonly<Record<string, number>>> {
    if (!this.withEntries) {
      this.withEntries = true;
      await this.load(config, await this.vectors());
    }
    const outputs = await this.executor.evaluate(graph, feed);
    return Object.fromEntries(Object.entries(outputs).map(([name, { values }]) => [name, values[0] ?? NaN]));
  }

  /** Parameters and optimizer slots, copied to the host. */
  async vectors(): Promise<Record<string, Float32Array>> {
    const { halted: _, ...state } = await this.executor.readState();
    return Object.fromEntries(Object.entries(state).map(([name, { values }]) => [name, values.slice()]));
  }

  /** The raw weights and their average. */
  async weights(): Promise<Weights> {
    return weightsIn(await this.vectors());
  }

  /** Puts weights in place of the present ones. */
  async setWeights(weights: Weights): Promise<void> {
    await this.executor.writeState(asTensors(vectorsOf(weights)));
  }

  /** Evaluates a split with the raw weights or with their average. */
  evaluate(which: HeldOut, config: Config, weights: Config['averageUse']): Promise<SplitResult> {
    const options = { scalars: lossScalarValues(config), graph: evaluationGraphs[weights].evaluate, breathe: this.breathe };
    return evaluateSplit(this.executor, this.setup.task, which, this.setup.sizes, options);
  }

  /** The largest eigenvalue of the Hessian of the training loss at the raw weights. The configuration must ask for sharpness. */
  sharpness(config: Config): Promise<number> {
    return sharpnessOf(this.executor, this.setup, config, this.breathe);
  }

  /** The layer that went wrong first in a failing step, in words. */
  async firstBadLayer(failing: Feed): Promise<string> {
    return firstBadLayer(await this.executor.evaluate('diagnose', failing), this.setup.model);
  }

  /** Never throws: a device that is lost may fail to let go, and that must not hide why the run came to its end. */
  dispose(): void {
    try {
      this.executor.dispose();
    } catch {
      // Nothing of the run depends on it any more.
    }
  }
}

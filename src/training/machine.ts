/** An executor that holds the program of one run: graphs rebuilt when their shape changes, state kept, splits evaluated. */
import type { Executor, Feed, Feeds, MetricColumns } from '../graph/executor.ts';
import type { Config } from '../params/config.ts';
import { averageState } from './average.ts';
import { asTensors } from './checkpoint.ts';
import { firstBadLayer } from './diagnose.ts';
import { evaluateSplit } from './evaluate.ts';
import type { HeldOut, SplitResult } from './evaluate.ts';
import { lossScalarValues } from './losses.ts';
import { evaluationGraphs } from './program.ts';
import { programShape } from './program-shape.ts';
import { programOf } from './setup.ts';
import type { Setup } from './setup.ts';

/** The weights of a model and the moving average of them, flat. */
export interface Weights {
  readonly parameters: Float32Array;
  readonly average: Float32Array;
}

type Vectors = Readonly<Record<string, Float32Array>>;

/** The executor of one run and what is loaded in it. All but `dispose` reject with the executor's errors. */
export class Machine {
  private shapeKey = '';
  private readonly executor: Executor;
  private readonly setup: Setup;
  private readonly breathe: (() => Promise<void>) | undefined;

  constructor(executor: Executor, setup: Setup, breathe: (() => Promise<void>) | undefined) {
    this.executor = executor;
    this.setup = setup;
    this.breathe = breathe;
  }

  /** Loads graphs, data and the given vectors: parameters and optimizer slots. */
  async load(config: Config, vectors: Vectors): Promise<void> {
    this.shapeKey = JSON.stringify(programShape(config));
    await this.executor.load(programOf(this.setup, config, vectors));
  }

  /** Builds the graphs anew if the configuration asks for other ones, and keeps all state. */
  async adapt(config: Config): Promise<void> {
    if (JSON.stringify(programShape(config)) !== this.shapeKey) await this.load(config, await this.vectors());
  }

  run(feeds: Feeds): Promise<MetricColumns> {
    return this.executor.run(feeds);
  }

  /** Parameters and optimizer slots, copied to the host. */
  async vectors(): Promise<Record<string, Float32Array>> {
    const { halted: _, ...state } = await this.executor.readState();
    return Object.fromEntries(Object.entries(state).map(([name, { values }]) => [name, values.slice()]));
  }

  /** The raw weights and their average. */
  async weights(): Promise<Weights> {
    const { parameters, [averageState]: average } = await this.vectors();
    if (!parameters || !average) throw new Error('the executor holds no weights');
    return { parameters, average };
  }

  /** Puts weights in place of the present ones. */
  async setWeights({ parameters, average }: Weights): Promise<void> {
    await this.executor.writeState(asTensors({ parameters, [averageState]: average }));
  }

  /** Evaluates a split with the raw weights or with their average. */
  evaluate(which: HeldOut, config: Config, weights: Config['averageUse']): Promise<SplitResult> {
    const options = { scalars: lossScalarValues(config), graph: evaluationGraphs[weights].evaluate, breathe: this.breathe };
    return evaluateSplit(this.executor, this.setup.task, which, this.setup.sizes, options);
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

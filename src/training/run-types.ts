/** What the run generator (`run.ts`) takes and yields. Shapes and units only; no behaviour. */
import type { Change } from '../params/changes.ts';
import type { Config, ConfigPatch } from '../params/config.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Executor } from '../graph/executor.ts';
import type { WeightStep } from './weight-step.ts';
import type { Task } from '../tasks/task.ts';
import type { NoiseScale } from './noise-scale.ts';

/** One request: train at most `steps` steps, after applying `patch` as a live change at the present step. */
export interface Pull {
  readonly steps: number;
  readonly patch?: ConfigPatch;
  /** With one step: watch the weight at this place of the flat vector. */
  readonly weight?: number;
  /** Ends the run here, as `stopped`. */
  readonly stop?: boolean;
}

/** Columns of equal length, one entry per optimizer step of the chunk. `epoch` = epochs done after the step, with fraction. */
export interface StepColumns {
  readonly step: Float64Array;
  readonly epoch: Float64Array;
  readonly examples: Float64Array;
  readonly learningRate: Float64Array;
  readonly momentum: Float64Array;
  readonly loss: Float64Array;
  readonly l1: Float64Array;
  readonly l2: Float64Array;
  readonly gradNorm: Float64Array;
  readonly clippedNorm: Float64Array;
  /** How often the gradient of the batch was taken: 1, with SAM 2, and as often as L-BFGS had to. */
  readonly gradients: Float64Array;
  /** Columns of what is on: `zLoss`, which `loss` does not hold; `update.<layer>` (‖Δw‖/‖w‖), `noiseSquare` and `noiseTrace` (this step's word on |G|² and tr Σ). */
  readonly measured: Readonly<Record<string, Float64Array>>;
}

/** What the validation split says after `step` optimizer steps of the weights that are judged (`averageUse`). `valMetric`: accuracy 0…1, or an error in original units. */
export interface Evaluation {
  readonly step: number;
  readonly valLoss: number;
  readonly valMetric: number;
  /** The same of the weights that are not judged, while an average is kept: the average if the raw ones are judged, or the other way round. */
  readonly besideLoss?: number;
  readonly besideMetric?: number;
  /** Loss of the judged weights on held-out text of what the model was pretrained on, where it was. */
  readonly oldLoss?: number;
  /** Units of hidden layers that do no work, by layer. */
  readonly units?: Readonly<Record<string, UnitShares>>;
  /** Gradient noise scale over the last steps, where it is measured and known. */
  readonly noise?: NoiseScale;
  /** Largest eigenvalue of the Hessian of the training loss, where it is measured. */
  readonly sharpness?: number;
}

/** Shares of a layer's units, 0…1; absent where the activation knows no such thing. */
export interface UnitShares {
  /** ReLU: never above 0 on the validation examples. */
  readonly dead?: number;
  /** Tanh, sigmoid: within 1 % of the range from a bound on at least 95 % of them. */
  readonly saturated?: number;
}

/** One evaluation, and what it may act on. */
export interface EvaluationReport extends Evaluation {
  /** False for one that is off the cadence (the end of a run): it never feeds patience or plateau. */
  readonly onCadence: boolean;
}

/** How a step went wrong. `layer`: the first that did, in words. */
export interface Divergence {
  readonly layer: string;
  readonly learningRate: number;
  readonly clipped: boolean;
  readonly loss: number;
}

/** Why a run came to its end. */
export type EndReason = 'epochs' | 'steps' | 'earlyStop' | 'diverged' | 'stopped';

/** The end of a run, and the test split's word on the weights that it leaves. */
export interface RunEnd {
  readonly reason: EndReason;
  readonly step: number;
  readonly bestStep: number;
  readonly bestValLoss: number;
  readonly testLoss: number;
  readonly testMetric: number;
  /** Best weights were put back (they are what the views show). */
  readonly restored: boolean;
  /** Only when diverged. */
  readonly divergence?: Divergence;
}

/** What one pull did. A chunk never crosses an evaluation, a change or the end. */
export interface Report {
  /** Optimizer steps done so far. */
  readonly step: number;
  readonly columns: StepColumns;
  readonly evaluation?: EvaluationReport;
  readonly best?: EvaluationReport;
  readonly patienceUsed: number;
  readonly plan: Plan;
  /** The configuration now in force, live changes included. */
  readonly config: Config;
  /** All live changes that have acted. */
  readonly changes: readonly Change[];
  /** Steps at which reduce-on-plateau cut the rate. */
  readonly cuts: readonly number[];
  /** What running out of patience has multiplied the rate by so far. */
  readonly rateFactor: number;
  /** Entry i: the step at which i + 1 evaluations in a row had not improved, for the first time. */
  readonly patienceReached: readonly number[];
  /** What the step did to the weight that was watched. */
  readonly weight?: WeightStep;
  /** Set when the run has come to an end; pulling again without a change that extends it yields the same. */
  readonly end?: RunEnd;
}

/** What a run is made of. */
export interface RunOptions {
  readonly config: Config;
  /** Live changes to replay, by step. */
  readonly changes: readonly Change[];
  readonly task: Task;
  readonly executor: Executor;
  /** Called between pieces of long work, so that a thread can answer meanwhile. */
  readonly breathe?: () => Promise<void>;
  /** The columns of a report last until the next pull only, whose own are written over them: for who takes them in at once. */
  readonly reusesColumns?: boolean;
  /** Bytes of a checkpoint of the same configuration and data. */
  readonly checkpoint?: Uint8Array;
}

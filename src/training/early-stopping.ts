/**
 * Early stopping as a pure state machine over evaluations: which was best, and how long ago.
 *
 * What is watched may be smoothed, and counting may start late. Only evaluations on the cadence count. An evaluation counts as an improvement
 * for patience if it beats the reference by more than `minDelta` (Prechelt 1998; Keras' EarlyStopping counts the same way); the best
 * evaluation, whose weights are restored, is simply the best.
 */
import type { Config } from '../params/config.ts';
import type { EvaluationReport } from './run-types.ts';

/** All that early stopping remembers. Serialisable. */
export interface StoppingState {
  readonly best?: EvaluationReport;
  /** Value that the next evaluation must beat by more than `minDelta`. */
  readonly reference?: number;
  /** Evaluations on the cadence since the reference was set. */
  readonly bad: number;
  /** Evaluations on the cadence so far, and the moving average of what is watched. */
  readonly seen?: number;
  readonly smoothed?: number;
  /** Entry i: the step at which `bad` was i + 1 for the first time: where a patience of i + 1 would have ended. */
  readonly reached?: readonly number[];
}

/** The part of a configuration that decides when to stop. */
export type StoppingConfig = Pick<
  Config,
  'earlyStopping' | 'monitor' | 'patience' | 'minDelta' | 'stopMode' | 'stopAfter' | 'baseline' | 'monitorSmoothing' | 'onPatience'
>;

/** What `monitor` watches, turned so that lower is better. */
function monitored(evaluation: EvaluationReport, config: StoppingConfig, higherIsBetter: boolean): number {
  return config.monitor === 'loss' ? evaluation.valLoss : higherIsBetter ? -evaluation.valMetric : evaluation.valMetric;
}

/** What one evaluation came to. `isBest`: none before was better. */
export interface Observed {
  readonly state: StoppingState;
  readonly isBest: boolean;
}

/** Whether the run is to stop: patience has run out, and it is not to cut the rate instead. */
export function ranOut({ bad }: StoppingState, { earlyStopping, patience, onPatience }: StoppingConfig): boolean {
  return earlyStopping && onPatience === 'stop' && bad >= patience;
}

/** Whether the rate is to be cut: patience has run out, and that is what it is for. */
export function cutsRate({ bad }: StoppingState, { earlyStopping, patience, onPatience }: StoppingConfig): boolean {
  return earlyStopping && onPatience === 'cut' && bad >= patience;
}

/** The value that must be undercut to count as an improvement. */
function threshold(reference: number, { minDelta, stopMode }: StoppingConfig): number {
  return reference - (stopMode === 'relative' ? minDelta * Math.abs(reference) : minDelta);
}

/** The moving average of what is watched; the first value begins it. */
function smoothedValue(before: number | undefined, value: number, { monitorSmoothing }: StoppingConfig): number {
  return before === undefined || !Number.isFinite(value) ? value : monitorSmoothing * before + (1 - monitorSmoothing) * value;
}

/** What an evaluation on the cadence comes to for patience. `value`: what is watched, lower is better. */
function count(state: StoppingState, step: number, value: number, config: StoppingConfig, baseline: number | undefined): StoppingState {
  const seen = (state.seen ?? 0) + 1;
  const smoothed = smoothedValue(state.smoothed, value, config);
  const reference = state.reference ?? baseline;
  const improved = Number.isFinite(smoothed) && (reference === undefined || smoothed < threshold(reference, config));
  const bad = improved || seen <= config.stopAfter ? 0 : state.bad + 1;
  const reached = state.reached ?? [];
  return {
    ...state,
    seen,
    ...(Number.isFinite(smoothed) ? { smoothed } : {}),
    bad,
    ...(improved ? { reference: smoothed } : {}),
    reached: bad > reached.length ? [...reached, step] : reached,
  };
}

/** The state after one evaluation. `higherIsBetter` speaks of the metric. */
export function observe(state: StoppingState, evaluation: EvaluationReport, config: StoppingConfig, higherIsBetter: boolean): Observed {
  const value = monitored(evaluation, config, higherIsBetter);
  const isBest = Number.isFinite(value) && (state.best === undefined || value < monitored(state.best, config, higherIsBetter));
  const baseline = config.baseline === 0 ? undefined : config.monitor === 'metric' && higherIsBetter ? -config.baseline : config.baseline;
  const counted = evaluation.onCadence ? count(state, evaluation.step, value, config, baseline) : state;
  return { state: isBest ? { ...counted, best: evaluation } : counted, isBest };
}

/**
 * Early stopping as a pure state machine over evaluations: which was best, and how long ago.
 *
 * Only evaluations on the cadence count. An evaluation counts as an improvement for patience if it beats the reference by
 * more than `minDelta` (Prechelt 1998; Keras' EarlyStopping counts the same way); the best evaluation, whose weights are
 * restored, is simply the best.
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
}

/** The part of a configuration that decides when to stop. */
export type StoppingConfig = Pick<Config, 'earlyStopping' | 'monitor' | 'patience' | 'minDelta'>;

/** What `monitor` watches, turned so that lower is better. */
function monitored(evaluation: EvaluationReport, config: StoppingConfig, higherIsBetter: boolean): number {
  return config.monitor === 'loss' ? evaluation.valLoss : higherIsBetter ? -evaluation.valMetric : evaluation.valMetric;
}

/** What one evaluation came to. `isBest`: none before was better. */
export interface Observed {
  readonly state: StoppingState;
  readonly isBest: boolean;
}

/** Whether patience has run out. */
export function ranOut({ bad }: StoppingState, { earlyStopping, patience }: StoppingConfig): boolean {
  return earlyStopping && bad >= patience;
}

/** The state after one evaluation. `higherIsBetter` speaks of the metric. */
export function observe(state: StoppingState, evaluation: EvaluationReport, config: StoppingConfig, higherIsBetter: boolean): Observed {
  const value = monitored(evaluation, config, higherIsBetter);
  const isBest = Number.isFinite(value) && (state.best === undefined || value < monitored(state.best, config, higherIsBetter));
  const best = isBest ? evaluation : state.best;
  const improved = Number.isFinite(value) && (state.reference === undefined || value < state.reference - config.minDelta);
  const counted = evaluation.onCadence
    ? { bad: improved ? 0 : state.bad + 1, ...(improved ? { reference: value } : referenceOf(state)) }
    : { bad: state.bad, ...referenceOf(state) };
  return { state: { ...counted, ...(best ? { best } : {}) }, isBest };
}

function referenceOf(state: StoppingState): Pick<StoppingState, 'reference'> {
  return state.reference === undefined ? {} : { reference: state.reference };
}

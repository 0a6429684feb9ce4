/**
 * What leaving a step, or ending at it, puts aside. An evaluation there acts on patience, rate and best weights, but a change that still comes
 * at the step, or a run that goes on, starts from before it: as if the change had been known when the step was reached.
 */
import { watched } from './run-state.ts';
import type { MutableCounters } from './run-state.ts';
import type { Weights, WeightSet } from './weights.ts';

/** What an evaluation acts on, the cursor, which leaving a step can move, and the weights where better ones were restored. */
export interface PutAside extends Pick<MutableCounters, 'cursor' | 'stopping' | 'observed' | 'plateau' | 'rateFactor' | 'cuts'> {
  readonly best: WeightSet | undefined;
  /** What early stopping watched. */
  readonly watched: string;
  readonly weights?: Weights;
}

/** Counters to go on from, and the best weights that belong to them. */
export interface Resumed {
  readonly counters: MutableCounters;
  readonly best: WeightSet | undefined;
}

/** What is there now. */
export function putAside(counters: MutableCounters, best: WeightSet | undefined): PutAside {
  const { cursor, stopping, observed, plateau, rateFactor, cuts, config } = counters;
  return { cursor, stopping, observed, plateau, rateFactor, cuts, best, watched: watched(config) };
}

/** Where going on starts; with another monitor than before, what must be beaten starts over. */
export function resumed(counters: MutableCounters, best: WeightSet | undefined, before: PutAside | undefined): Resumed {
  if (!before) return { counters, best };
  const { best: kept, watched: language, weights: _weights, ...put } = before;
  const isOver = language !== watched(counters.config);
  return { counters: { ...counters, ...put, ...(isOver ? { stopping: { bad: 0 } } : {}) }, best: isOver ? undefined : kept };
}

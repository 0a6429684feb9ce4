/** Which steps a run can be sent to. */
import { formatCount } from '../shared/format.ts';
import type { AppState } from './state.ts';

/** The step where training would go on from, and the last one planned; undefined until the plan is known. */
export interface StepsAhead {
  readonly from: number;
  readonly to: number;
}

/** From the present step to the planned end; a run that is over or out of date is followed by one from step 0. */
export function stepsAhead({ run, dirty, description }: Pick<AppState, 'run' | 'dirty' | 'description'>): StepsAhead | undefined {
  const snapshot = dirty || run?.snapshot?.phase === 'ended' ? undefined : run?.snapshot;
  if (snapshot !== undefined) return { from: snapshot.step, to: snapshot.plan.totalSteps };
  return description === undefined ? undefined : { from: 0, to: description.plan.totalSteps };
}

/** What is wrong with a step to run to, in a sentence that begins with `name`; nothing if it lies ahead. */
export function problemOfStep(name: string, step: number, { from, to }: StepsAhead): string | undefined {
  if (!Number.isInteger(step)) return `${name} must be a whole number.`;
  if (step <= from)
    return from === 0
      ? `${name} must be at least 1.`
      : `${name}: ${formatCount(step)} is not ahead, the run is at step ${formatCount(from)}.`;
  if (step > to) return `${name}: ${formatCount(step)} lies beyond the planned end, step ${formatCount(to)}.`;
  return undefined;
}

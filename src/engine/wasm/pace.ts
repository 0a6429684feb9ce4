/**
 * Whether helpers are worth it, by the clock: on a machine that is busy with something else, waiting for a helper that has been put aside costs more
 * than it does. The other way is tried from time to time, for a few runs, less and less often while it stays slower. Bits do not depend on it.
 */
import { percentileOf } from '../../shared/statistics.ts';

/** What steps take with help and without. */
export interface Pace {
  /** Whether the next run should be helped. */
  readonly isHelped: () => boolean;
  /** A run took so many milliseconds a step. */
  note(milliseconds: number): void;
}

/** Runs of a trial: the middle one counts, since any may have been held up. */
const trialRuns = 3;
/** Runs between trials, at first and at most. */
const [firstRest, lastRest] = [8, 512];

/** Begins with help. */
export function createPace(): Pace {
  let isHelped = true;
  let isTrial = false;
  let rest = firstRest;
  // The newest last: of the way that is taken, and of a trial of the other.
  let [taken, tried]: [number[], number[]] = [[], []];
  return {
    isHelped: () => isHelped !== isTrial,
    note(milliseconds) {
      if (!isTrial) {
        taken.push(milliseconds);
        isTrial = taken.length >= rest;
        return;
      }
      tried.push(milliseconds);
      if (tried.length < trialRuns) return;
      const isFaster = middle(tried) < middle(taken.slice(-trialRuns));
      if (isFaster) isHelped = !isHelped;
      rest = isFaster ? firstRest : Math.min(lastRest, 2 * rest);
      [isTrial, taken, tried] = [false, [], []];
    },
  };
}

function middle(values: readonly number[]): number {
  return percentileOf(Float64Array.from(values), 50);
}

/**
 * Whether helpers are worth it, by the clock: on a machine that is busy with something else, waiting for a helper that has been put aside costs more
 * than it does. What is slower is tried again from time to time, less and less often while it stays slower. Bits do not depend on it.
 */

/** Seconds that steps took with help and without. */
export interface Pace {
  /** Whether the next run should be helped. */
  readonly isHelped: () => boolean;
  /** A run took so many seconds a step. */
  note(helped: boolean, seconds: number): void;
}

/** Share of the newest measurement. */
const weight = 0.3;
/** Runs until the slower way is tried again, at first and at most. */
const [firstTrial, lastTrial] = [8, 256];

/** Begins with help. */
export function createPace(): Pace {
  const seconds = { helped: Number.NaN, alone: Number.NaN };
  let [runs, trialEvery] = [0, firstTrial];
  const isFaster = (): boolean => !(seconds.helped > seconds.alone);
  return {
    isHelped: () => ((runs + 1) % trialEvery === 0 ? !isFaster() : isFaster()),
    note(helped, taken) {
      const key = helped ? 'helped' : 'alone';
      const before = isFaster();
      seconds[key] = Number.isNaN(seconds[key]) ? taken : seconds[key] + weight * (taken - seconds[key]);
      runs++;
      if (isFaster() !== before) [runs, trialEvery] = [0, firstTrial];
      else if (runs === trialEvery) [runs, trialEvery] = [0, Math.min(lastTrial, 2 * trialEvery)];
    },
  };
}

/** How many steps are submitted at once: as many as take the device about 10 ms, so that it is never idle and never long away. */

/** Milliseconds that a submission is to take. */
const wanted = 10;
/** A submission may have so many times the steps of the one before. */
const growth = 4;

/** Finds the number from how long submissions take. */
export interface Pace {
  readonly steps: number;
  /** Tells that `steps` took so many milliseconds. */
  learn(steps: number, milliseconds: number): void;
}

/** Begins with one step. */
export function createPace(): Pace {
  let steps = 1;
  return {
    get steps() {
      return steps;
    },
    learn(done, milliseconds) {
      const fitting = Math.floor((done * wanted) / Math.max(milliseconds, 1e-3));
      steps = Math.max(1, Math.min(fitting, growth * Math.max(steps, 1)));
    },
  };
}
